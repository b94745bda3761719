"""Which rows of organizations and between them the application's login reaches, drawn like ``visible_to``.

Beyond that line an organization's name is readable wherever a row names it that one may see, and whoever was sent an
invitation reaches what it is about.
"""

# allows ADD_UNIQUE: what is made unique holds a key that is so already; no row the version before writes can clash
from django.db import migrations

TABLES = (
    "orgs_organization",
    "orgs_department",
    "orgs_membership",
    "orgs_position",
    "orgs_partnership",
    "orgs_agreement",
    "orgs_signature",
    "orgs_contact",
    "orgs_invitation",
)

# The actor's own places: where they count today. All else is drawn from these.
PLACES = """
CREATE FUNCTION priv.places(roles text[]) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(s.organization_id), '{}') FROM public.orgs_membership s
  JOIN public.accounts_user u ON u.id = s.user_id AND u.is_active
  JOIN public.orgs_organization o ON o.id = s.organization_id AND o.state = 'active'
 WHERE s.user_id = priv.actor() AND s.state = 'active' AND s.role = ANY (roles) $$;

-- Where they take part in the work: auditors read the record and nothing else.
CREATE FUNCTION priv.worked() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT priv.places('{owner,admin,member}') $$;

CREATE FUNCTION priv.steered() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT priv.places('{owner,admin}') $$;
"""

# Who was sent a letter and has proved the address reaches what it offers, for as long as it could be taken up.
OFFERS = """
CREATE FUNCTION priv.offers() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(i.id), '{}') FROM public.orgs_invitation i
  JOIN public.account_emailaddress e ON upper(e.email) = upper(i.email) AND e.verified
  JOIN public.accounts_user u ON u.id = e.user_id AND u.is_active
 WHERE e.user_id = priv.actor() AND i.state IN ('open', 'accepted') AND i.expires_at > now() $$;

CREATE FUNCTION priv.offering() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(i.organization_id), '{}') FROM public.orgs_invitation i WHERE i.id = ANY ((SELECT priv.offers())::uuid[]) $$;

-- The inviter, whose role is the ceiling, and the manager that is offered.
CREATE FUNCTION priv.offering_people() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(one), '{}') FROM public.orgs_invitation i, unnest(ARRAY[i.inviter_id, i.manager_id]) AS one
 WHERE i.id = ANY ((SELECT priv.offers())::uuid[]) AND one IS NOT NULL $$;

CREATE FUNCTION priv.offered_contacts() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(i.contact_id), '{}') FROM public.orgs_invitation i
 WHERE i.id = ANY ((SELECT priv.offers())::uuid[]) AND i.contact_id IS NOT NULL $$;

CREATE FUNCTION priv.offered_partnerships() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(i.partnership_id), '{}') FROM public.orgs_invitation i
 WHERE i.id = ANY ((SELECT priv.offers())::uuid[]) AND i.partnership_id IS NOT NULL $$;
"""

BETWEEN = """
CREATE FUNCTION priv.partnerships() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(p.id), '{}') FROM public.orgs_partnership p
 WHERE p.host_id = ANY ((SELECT priv.worked())::uuid[]) OR p.partner_id = ANY ((SELECT priv.worked())::uuid[]) $$;

-- A draft is known to the side that drafts it.
CREATE FUNCTION priv.agreements() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(a.id), '{}') FROM public.orgs_agreement a
 WHERE a.partnership_id = ANY ((SELECT priv.partnerships())::uuid[]) AND (a.state <> 'draft' OR a.drafter_id = ANY ((SELECT priv.worked())::uuid[])) $$;

-- Of a partner one knows those who steer it and those who answer for the partnership, as long as it stands.
CREATE FUNCTION priv.counterparts() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
WITH standing AS (
    SELECT p.host_id, p.partner_id, p.coordinators FROM public.orgs_partnership p
     WHERE p.state NOT IN ('ended', 'declined') AND (p.host_id = ANY ((SELECT priv.worked())::uuid[]) OR p.partner_id = ANY ((SELECT priv.worked())::uuid[]))
)
SELECT coalesce(array_agg(s.id), '{}') FROM public.orgs_membership s
 WHERE s.state = 'active' AND (
       (s.role IN ('owner', 'admin')
        AND s.organization_id IN (SELECT host_id FROM standing UNION SELECT partner_id FROM standing))
    OR EXISTS (SELECT FROM standing p WHERE s.organization_id IN (p.host_id, p.partner_id)
        AND s.user_id = ANY (p.coordinators))) $$;
"""

NAMED = """
-- Organizations met in rooms, those that have left since included: what they said there stays.
CREATE FUNCTION priv.met() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(DISTINCT p.organization_id), '{}') FROM public.workspaces_participant p
 WHERE p.workspace_id = ANY ((SELECT priv.workspaces())::uuid[]) $$;

-- Others whose name one reads: partners, those one vouches or worked for, those whose record one audits beside them.
CREATE FUNCTION priv.named() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
WITH mine AS (SELECT unnest(priv.orgs()) AS id), named AS (
    SELECT one AS id FROM public.orgs_partnership p, unnest(ARRAY[p.host_id, p.partner_id]) AS one
     WHERE p.host_id IN (SELECT id FROM mine) OR p.partner_id IN (SELECT id FROM mine)
    UNION
    SELECT s.organization_id FROM public.orgs_membership s WHERE s.user_id = priv.actor()
    UNION
    SELECT c.organization_id FROM public.orgs_contact c WHERE c.user_id = priv.actor()
    UNION
    SELECT unnest(priv.offering())
    UNION
    SELECT p.organization_id FROM public.workspaces_participant p
     WHERE p.workspace_id = ANY ((SELECT priv.audited())::uuid[])
    UNION
    SELECT unnest(priv.met())
    UNION
    -- Of a direct message the others' hats, old ones too.
    SELECT s.organization_id FROM public.chat_channelmember n
      JOIN public.chat_channel c ON c.id = n.channel_id AND c.kind = 'direct'
      JOIN public.chat_channelmember other ON other.channel_id = c.id
      JOIN public.orgs_membership s ON s.user_id = other.user_id
     WHERE n.user_id = priv.actor()
)
SELECT coalesce(array_agg(DISTINCT o.id), '{}') FROM (
    SELECT id FROM named WHERE id IS NOT NULL
    UNION
    SELECT parent.parent_id FROM public.orgs_organization parent JOIN named ON named.id = parent.id
     WHERE parent.parent_id IS NOT NULL
) o WHERE EXISTS (SELECT FROM public.accounts_user u WHERE u.id = priv.actor() AND u.is_active) $$;

-- Contacts that sit in a room that one enters: their company stands beside their name.
CREATE FUNCTION priv.seated_contacts() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(m.contact_id), '{}') FROM public.workspaces_member m
 WHERE m.contact_id IS NOT NULL AND m.workspace_id = ANY ((SELECT priv.workspaces())::uuid[]) $$;
"""

# Asked for one row at a time, and only where something is written.
WRITING = """
CREATE FUNCTION priv.is_unmanned(organization uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
SELECT NOT EXISTS (SELECT FROM public.orgs_membership s WHERE s.organization_id = organization) $$;

-- Who leaves hands their people over, and changes nobody's role by it.
CREATE FUNCTION priv.role_before(membership uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
SELECT s.role FROM public.orgs_membership s WHERE s.id = membership AND s.organization_id = ANY ((SELECT priv.orgs())::uuid[]) $$;

-- Two who propose to each other in the same instant wait for one another, though neither may read the other's row.
CREATE FUNCTION priv.hold_organizations(both_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = '' AS $$
BEGIN
    PERFORM FROM public.orgs_organization o WHERE o.id = ANY (both_ids)
        AND (priv.actor() IS NULL OR both_ids && priv.steered()) ORDER BY o.id FOR UPDATE;
END $$;

-- What somebody who leaves answers for goes to their heir, whoever of the two may read it. Reports are memberships.
CREATE FUNCTION priv.hand_over(place uuid, leaving uuid, heir uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = '' AS $$
BEGIN
    IF priv.actor() IS NOT NULL AND NOT (place = ANY (priv.orgs()) AND (leaving = priv.actor() OR place = ANY (priv.steered())))
    THEN
        RAISE EXCEPTION 'not theirs to hand over' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.orgs_department SET head_id = heir WHERE organization_id = place AND head_id = leaving;
    UPDATE public.orgs_position SET people = priv.replaced(people, leaving, heir)
     WHERE organization_id = place AND leaving = ANY (people);
    UPDATE public.orgs_contact SET sponsor_id = heir
     WHERE organization_id = place AND sponsor_id = leaving AND heir IS NOT NULL;
    UPDATE public.orgs_partnership SET coordinators = priv.replaced(coordinators, leaving, heir)
     WHERE place IN (host_id, partner_id) AND leaving = ANY (coordinators);
END $$;

CREATE FUNCTION priv.replaced(people uuid[], leaving uuid, heir uuid) RETURNS uuid[] LANGUAGE sql IMMUTABLE AS $$
SELECT CASE WHEN heir IS NULL OR heir = ANY (people) THEN array_remove(people, leaving)
            ELSE array_append(array_remove(people, leaving), heir) END $$;

-- Who ends a partnership ends the other side's drafts unread, but each must enter its drafter's record.
CREATE FUNCTION priv.end_drafts(between_us uuid) RETURNS SETOF public.orgs_agreement LANGUAGE sql SECURITY DEFINER
SET search_path = '' AS $$
UPDATE public.orgs_agreement a SET state = 'terminated' FROM public.orgs_partnership p
 WHERE p.id = between_us AND a.partnership_id = p.id AND a.state = 'draft'
   AND (priv.actor() IS NULL OR p.host_id = ANY ((SELECT priv.steered())::uuid[]) OR p.partner_id = ANY ((SELECT priv.steered())::uuid[]))
RETURNING a.* $$;
"""

SIGNATURES = (
    "places(text[])",
    "worked()",
    "steered()",
    "offers()",
    "offering()",
    "offering_people()",
    "offered_contacts()",
    "offered_partnerships()",
    "partnerships()",
    "agreements()",
    "counterparts()",
    "met()",
    "named()",
    "seated_contacts()",
    "is_unmanned(uuid)",
    "role_before(uuid)",
    "hold_organizations(uuid[])",
    "replaced(uuid[], uuid, uuid)",
    "hand_over(uuid, uuid, uuid)",
    "end_drafts(uuid)",
)
GRANTS = "".join(
    f"REVOKE ALL ON FUNCTION priv.{one} FROM PUBLIC;\n"
    f"GRANT EXECUTE ON FUNCTION priv.{one} TO collab_app, collab_system;\n"
    for one in SIGNATURES
)


def among(function):
    return f"ANY ((SELECT priv.{function}())::uuid[])"


ME = "(SELECT priv.actor())"
MINE, WORKED, STEERED, OFFERING = map(among, ("orgs", "worked", "steered", "offering"))
OFFERED, PARTNERSHIPS, AGREEMENTS = map(among, ("offers", "partnerships", "agreements"))

# FOR UPDATE asks the USING of UPDATE, so whoever works somewhere may lock; WITH CHECK says what may be left behind.
POLICIES = f"""
CREATE POLICY known ON orgs_organization FOR SELECT TO collab_app
    USING (id = {MINE} OR id = {among("met")} OR id = {among("named")});
CREATE POLICY registered ON orgs_organization FOR INSERT TO collab_app
    WITH CHECK ({ME} IS NOT NULL AND state = 'active' AND (parent_id IS NULL OR parent_id = {STEERED}));
CREATE POLICY changed ON orgs_organization FOR UPDATE TO collab_app
    USING (id = {MINE} OR id = {OFFERING}) WITH CHECK (id = {STEERED} AND state = 'active');

CREATE POLICY known ON orgs_membership FOR SELECT TO collab_app
    USING (user_id = {ME} OR organization_id = {MINE} OR id = {among("counterparts")}
        OR (organization_id = {OFFERING} AND user_id = {among("offering_people")}));
CREATE POLICY joined ON orgs_membership FOR INSERT TO collab_app
    WITH CHECK (user_id = {ME}
        AND (organization_id = {OFFERING} OR (role = 'owner' AND priv.is_unmanned(organization_id))));
CREATE POLICY changed ON orgs_membership FOR UPDATE TO collab_app
    USING (organization_id = {MINE} OR (user_id = {ME} AND organization_id = {OFFERING}))
    WITH CHECK (organization_id = {STEERED} OR (organization_id = {MINE} AND role = priv.role_before(id))
        OR (user_id = {ME} AND organization_id = {OFFERING}));

CREATE POLICY known ON orgs_department FOR SELECT TO collab_app USING (organization_id = {MINE});
CREATE POLICY added ON orgs_department FOR INSERT TO collab_app WITH CHECK (organization_id = {STEERED});
CREATE POLICY changed ON orgs_department FOR UPDATE TO collab_app
    USING (organization_id = {MINE}) WITH CHECK (organization_id = {STEERED});
CREATE POLICY removed ON orgs_department FOR DELETE TO collab_app USING (organization_id = {STEERED});

CREATE POLICY known ON orgs_position FOR SELECT TO collab_app USING (organization_id = {WORKED});
CREATE POLICY added ON orgs_position FOR INSERT TO collab_app WITH CHECK (organization_id = {STEERED});
CREATE POLICY changed ON orgs_position FOR UPDATE TO collab_app
    USING (organization_id = {WORKED}) WITH CHECK (organization_id = {STEERED});
CREATE POLICY removed ON orgs_position FOR DELETE TO collab_app USING (organization_id = {STEERED});

CREATE POLICY known ON orgs_partnership FOR SELECT TO collab_app
    USING (host_id = {WORKED} OR partner_id = {WORKED} OR id = {among("offered_partnerships")});
CREATE POLICY proposed ON orgs_partnership FOR INSERT TO collab_app
    WITH CHECK (proposer_id = {ME} AND host_id = {STEERED} AND state = 'proposed');
CREATE POLICY changed ON orgs_partnership FOR UPDATE TO collab_app
    USING (host_id = {WORKED} OR partner_id = {WORKED} OR id = {among("offered_partnerships")})
    WITH CHECK (host_id = {STEERED} OR partner_id = {STEERED});

CREATE POLICY known ON orgs_agreement FOR SELECT TO collab_app USING (partnership_id = {PARTNERSHIPS}
    AND (state <> 'draft' OR drafter_id = {WORKED}));
CREATE POLICY drafted ON orgs_agreement FOR INSERT TO collab_app
    WITH CHECK (partnership_id = {PARTNERSHIPS} AND drafter_id = {STEERED});
CREATE POLICY changed ON orgs_agreement FOR UPDATE TO collab_app USING (partnership_id = {PARTNERSHIPS})
    WITH CHECK (partnership_id = {PARTNERSHIPS} AND (state <> 'draft' OR drafter_id = {STEERED}));

CREATE POLICY known ON orgs_signature FOR SELECT TO collab_app USING (agreement_id = {AGREEMENTS});
CREATE POLICY signed ON orgs_signature FOR INSERT TO collab_app
    WITH CHECK (agreement_id = {AGREEMENTS} AND organization_id = {STEERED} AND signer_id = {ME});

CREATE POLICY known ON orgs_contact FOR SELECT TO collab_app
    USING (organization_id = {WORKED} OR user_id = {ME} OR id = {among("offered_contacts")}
        OR id = {among("seated_contacts")});
CREATE POLICY proposed ON orgs_contact FOR INSERT TO collab_app
    WITH CHECK (organization_id = {WORKED} AND proposer_id = {ME} AND state IN ('draft', 'awaiting_approval'));
CREATE POLICY changed ON orgs_contact FOR UPDATE TO collab_app
    USING (organization_id = {WORKED} OR id = {among("offered_contacts")})
    WITH CHECK (organization_id = {WORKED} OR (id = {among("offered_contacts")} AND user_id = {ME}));

CREATE POLICY known ON orgs_invitation FOR SELECT TO collab_app
    USING (inviter_id = {ME} OR organization_id = {STEERED} OR id = {OFFERED}
        OR (kind = 'contact' AND organization_id = {WORKED}));
CREATE POLICY sent ON orgs_invitation FOR INSERT TO collab_app
    WITH CHECK (inviter_id = {ME} AND state = 'open'
        AND (organization_id = {STEERED} OR (kind = 'contact' AND organization_id = {WORKED})));
CREATE POLICY changed ON orgs_invitation FOR UPDATE TO collab_app
    USING (inviter_id = {ME} OR organization_id = {STEERED} OR id = {OFFERED}
        OR (kind = 'contact' AND organization_id = {WORKED}))
    WITH CHECK (organization_id = {MINE} OR (id = {OFFERED} AND state = 'accepted'));
"""

# Nothing of one organization hangs below what is another's; foreign keys see past row-level security.
TENANT_KEYS = """
ALTER TABLE orgs_department ADD CONSTRAINT department_place UNIQUE (id, organization_id);
ALTER TABLE orgs_department ADD CONSTRAINT department_parent_here FOREIGN KEY (parent_id, organization_id)
    REFERENCES orgs_department (id, organization_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE orgs_membership ADD CONSTRAINT membership_department_here FOREIGN KEY (department_id, organization_id)
    REFERENCES orgs_department (id, organization_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE orgs_contact ADD CONSTRAINT contact_place UNIQUE (id, organization_id);
ALTER TABLE orgs_invitation ADD CONSTRAINT invitation_contact_here FOREIGN KEY (contact_id, organization_id)
    REFERENCES orgs_contact (id, organization_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE orgs_invitation ADD CONSTRAINT invitation_department_here FOREIGN KEY (department_id, organization_id)
    REFERENCES orgs_department (id, organization_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE orgs_partnership ADD CONSTRAINT partnership_place UNIQUE (id, host_id);
ALTER TABLE orgs_invitation ADD CONSTRAINT invitation_partnership_here FOREIGN KEY (partnership_id, organization_id)
    REFERENCES orgs_partnership (id, host_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE workspaces_member ADD CONSTRAINT seat_contact_here FOREIGN KEY (contact_id, organization_id)
    REFERENCES orgs_contact (id, organization_id) DEFERRABLE INITIALLY DEFERRED;
"""
KEYS_BACK = """
ALTER TABLE workspaces_member DROP CONSTRAINT seat_contact_here;
ALTER TABLE orgs_invitation DROP CONSTRAINT invitation_partnership_here,
    DROP CONSTRAINT invitation_department_here, DROP CONSTRAINT invitation_contact_here;
ALTER TABLE orgs_partnership DROP CONSTRAINT partnership_place;
ALTER TABLE orgs_contact DROP CONSTRAINT contact_place;
ALTER TABLE orgs_membership DROP CONSTRAINT membership_department_here;
ALTER TABLE orgs_department DROP CONSTRAINT department_parent_here, DROP CONSTRAINT department_place;
"""

ENABLE = "".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
    f"CREATE POLICY platform ON {table} TO collab_system USING (true) WITH CHECK (true);\n"
    for table in TABLES
)
BACK = KEYS_BACK + "".join(
    f"""
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT policyname FROM pg_policies WHERE tablename = '{table}' LOOP
        EXECUTE format('DROP POLICY %I ON {table}', one.policyname);
    END LOOP;
END $$;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
    for table in TABLES
) + "".join(f"DROP FUNCTION priv.{one};\n" for one in reversed(SIGNATURES))


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0002_alter_organization_slug"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("chat", "0002_row_level_security"),  # and with it priv.orgs(), priv.workspaces()
    ]

    operations = [
        migrations.RunSQL(
            PLACES + OFFERS + BETWEEN + NAMED + WRITING + GRANTS + TENANT_KEYS + ENABLE + POLICIES,
            BACK,
            elidable=False,
        )
    ]
