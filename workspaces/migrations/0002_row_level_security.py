"""Which rows the application's login reaches: those of workspaces that the current actor may enter."""

from django.db import migrations, models

TABLES = ("workspaces_workspace", "workspaces_participant", "workspaces_member", "workspaces_workspacegrant")

FUNCTIONS = """
CREATE FUNCTION priv.actor() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT NULLIF(current_setting('app.user', true), '')::uuid $$;

CREATE FUNCTION priv.org() RETURNS uuid LANGUAGE sql STABLE AS
$$ SELECT NULLIF(current_setting('app.org', true), '')::uuid $$;

-- The organizations that the actor belongs to today.
CREATE FUNCTION priv.orgs() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(s.organization_id), '{}') FROM public.orgs_membership s
  JOIN public.accounts_user u ON u.id = s.user_id AND u.is_active
  JOIN public.orgs_organization o ON o.id = s.organization_id AND o.state = 'active'
 WHERE s.user_id = priv.actor() AND s.state = 'active' $$;

-- Those where the actor sits, and those that an organization they steer takes part in or is asked into.
CREATE FUNCTION priv.workspaces() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(found.id), '{}') FROM (
    SELECT m.workspace_id AS id FROM public.workspaces_member m
      JOIN public.accounts_user u ON u.id = m.user_id AND u.is_active
      JOIN public.orgs_organization o ON o.id = m.organization_id AND o.state = 'active'
     WHERE m.user_id = priv.actor() AND (m.expires_at IS NULL OR m.expires_at > now())
    UNION
    SELECT p.workspace_id FROM public.workspaces_participant p
      JOIN public.orgs_membership s ON s.organization_id = p.organization_id
      JOIN public.accounts_user u ON u.id = s.user_id AND u.is_active
      JOIN public.orgs_organization o ON o.id = s.organization_id AND o.state = 'active'
     WHERE s.user_id = priv.actor() AND s.state = 'active' AND s.role IN ('owner', 'admin')
       AND p.state IN ('invited', 'active')
) found $$;

-- Those whose record the actor reads as auditor: the row's name, nothing inside.
CREATE FUNCTION priv.audited() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(p.workspace_id), '{}') FROM public.workspaces_participant p
  JOIN public.orgs_membership s ON s.organization_id = p.organization_id
  JOIN public.accounts_user u ON u.id = s.user_id AND u.is_active
  JOIN public.orgs_organization o ON o.id = s.organization_id AND o.state = 'active'
 WHERE s.user_id = priv.actor() AND s.state = 'active' AND s.role = 'auditor' AND p.state = 'active' $$;

-- Those just opened by the actor, before the first seat: whoever loses their seat later has no way back here.
CREATE FUNCTION priv.opened() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(w.id), '{}') FROM public.workspaces_workspace w
 WHERE w.opened_by_id = priv.actor()
   AND NOT EXISTS (SELECT FROM public.workspaces_member m WHERE m.workspace_id = w.id) $$;

-- Those whose host the actor belongs to.
CREATE FUNCTION priv.hosted() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(w.id), '{}') FROM public.workspaces_workspace w
 WHERE w.host_id = ANY (priv.orgs()) $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA priv FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA priv TO collab_app, collab_system;
"""

ENTERED = "ANY ((SELECT priv.workspaces())::uuid[])"
OPENED = "ANY ((SELECT priv.opened())::uuid[])"
AUDITED = "ANY ((SELECT priv.audited())::uuid[])"
HOSTED = "ANY ((SELECT priv.hosted())::uuid[])"
MINE = "ANY ((SELECT priv.orgs())::uuid[])"

# FOR UPDATE asks the USING of UPDATE, so whoever may enter may lock; WITH CHECK says who may change.
POLICIES = f"""
CREATE POLICY entered ON workspaces_workspace FOR SELECT TO collab_app
    USING (id = {ENTERED} OR id = {AUDITED} OR id = {OPENED});
CREATE POLICY opened ON workspaces_workspace FOR INSERT TO collab_app
    WITH CHECK (opened_by_id = (SELECT priv.actor()) AND host_id = {MINE});
CREATE POLICY changed ON workspaces_workspace FOR UPDATE TO collab_app
    USING (id = {ENTERED} OR id = {OPENED}) WITH CHECK (host_id = {MINE});

CREATE POLICY entered ON workspaces_participant FOR SELECT TO collab_app
    USING (workspace_id = {ENTERED} OR workspace_id = {AUDITED} OR workspace_id = {OPENED});
CREATE POLICY asked ON workspaces_participant FOR INSERT TO collab_app
    WITH CHECK ((workspace_id = {ENTERED} AND workspace_id = {HOSTED})
        OR (workspace_id = {OPENED} AND organization_id = {MINE}));
CREATE POLICY changed ON workspaces_participant FOR UPDATE TO collab_app
    USING (workspace_id = {ENTERED}) WITH CHECK (workspace_id = {HOSTED} OR organization_id = {MINE});

CREATE POLICY entered ON workspaces_member FOR SELECT TO collab_app
    USING (workspace_id = {ENTERED} OR workspace_id = {OPENED});
CREATE POLICY seated ON workspaces_member FOR INSERT TO collab_app
    WITH CHECK ((workspace_id = {ENTERED} OR workspace_id = {OPENED}) AND organization_id = {MINE});
CREATE POLICY changed ON workspaces_member FOR UPDATE TO collab_app
    USING (workspace_id = {ENTERED}) WITH CHECK (organization_id = {MINE});
CREATE POLICY removed ON workspaces_member FOR DELETE TO collab_app
    USING (workspace_id = {ENTERED}
        AND (organization_id = {MINE} OR workspace_id = {HOSTED} OR user_id = (SELECT priv.actor())));

CREATE POLICY entered ON workspaces_workspacegrant FOR SELECT TO collab_app
    USING (content_object_id = {ENTERED} OR content_object_id = {OPENED});
CREATE POLICY granted ON workspaces_workspacegrant FOR INSERT TO collab_app
    WITH CHECK (content_object_id = {ENTERED} OR content_object_id = {OPENED});
CREATE POLICY revoked ON workspaces_workspacegrant FOR DELETE TO collab_app
    USING (content_object_id = {ENTERED});
"""

# A seat names an organization that takes part in the same workspace; foreign keys see past row-level security.
TENANT_KEYS = """
ALTER TABLE workspaces_member ADD CONSTRAINT seat_of_participant FOREIGN KEY (workspace_id, organization_id)
    REFERENCES workspaces_participant (workspace_id, organization_id) DEFERRABLE INITIALLY DEFERRED;
"""


def enabled(table):
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON {table} TO collab_system USING (true) WITH CHECK (true);
"""


def undone(table):
    names = {
        "workspaces_workspace": "entered opened changed platform",
        "workspaces_participant": "entered asked changed platform",
        "workspaces_member": "entered seated changed removed platform",
        "workspaces_workspacegrant": "entered granted revoked platform",
    }[table].split()
    drops = "".join(f"DROP POLICY {name} ON {table};\n" for name in names)
    return f"{drops}ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;\n"


BACK = "ALTER TABLE workspaces_member DROP CONSTRAINT seat_of_participant;\n" + "".join(map(undone, TABLES)) + """
DROP FUNCTION priv.hosted(), priv.opened(), priv.audited(), priv.workspaces(), priv.orgs(), priv.org(), priv.actor();
"""


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0001_initial"), ("accounts", "0001_initial"), ("orgs", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(fields=("id", "workspace"), name="seat_place"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(fields=("id", "workspace"), name="participant_place"),
        ),
        migrations.RunSQL(
            FUNCTIONS + TENANT_KEYS + "".join(map(enabled, TABLES)) + POLICIES, BACK, elidable=False
        ),
    ]
