"""Legal holds on words of a partner's people, in rooms that both share, as long as an agreement lets them."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

before = import_module("chat.migrations.0029_legal_holds")
THEIRS = "partner_id = ANY ((SELECT priv.places('{owner,admin,auditor}'))::uuid[])"
SEEN = f"""
DROP POLICY reading ON chat_legalhold;
CREATE POLICY reading ON chat_legalhold FOR SELECT TO collab_app USING ({before.READ} OR {THEIRS});

-- Which partners hold a message by an agreement that is in force: in open channels of rooms in which they take part, up
-- to the label that they are cleared for, from when on their people read them.
CREATE FUNCTION priv.agreed_holders(one uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT DISTINCT h.organization_id FROM public.chat_message m
  JOIN public.chat_legalhold h ON h.partner_id = m.organization_id
  JOIN public.orgs_agreement a ON a.id = h.agreement_id AND a.state = 'in_force' AND a.legal_holds
   AND (now() AT TIME ZONE 'utc')::date BETWEEN a.starts_on AND a.ends_on
  JOIN public.chat_channel c ON c.id = m.channel_id AND c.kind = 'open' AND c.internal_to_id IS NULL
  JOIN public.workspaces_workspace w ON w.id = c.workspace_id
  JOIN public.workspaces_participant p ON p.workspace_id = w.id AND p.organization_id = h.organization_id AND p.state = 'active'
 WHERE m.id = one AND h.released_at IS NULL
   AND (cardinality(h.people) = 0 OR m.author_id = ANY (h.people))
   AND (cardinality(h.channels) = 0 OR m.channel_id = ANY (h.channels))
   AND (h.since IS NULL OR m.created_at >= h.since::timestamp AT TIME ZONE 'utc')
   AND (h.until IS NULL OR m.created_at < (h.until + 1)::timestamp AT TIME ZONE 'utc')
   AND EXISTS (SELECT FROM public.workspaces_clearance l
        WHERE l.workspace_id = w.id AND l.organization_id = h.organization_id AND l.label = priv.highest(c.label, w.classification)
          AND (l.until IS NULL OR l.until >= (now() AT TIME ZONE 'utc')::date))
   AND EXISTS (SELECT FROM public.workspaces_member s
        WHERE s.workspace_id = w.id AND s.organization_id = h.organization_id AND s.contact_id IS NULL
          AND coalesce(priv.read_from(s.user_id, c.id) <= m.created_at, true)) $$;

CREATE FUNCTION priv.is_held_by(one uuid, holder uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT holder IN (SELECT priv.agreed_holders(one))
    OR EXISTS (SELECT FROM public.chat_message m WHERE m.id = one AND m.organization_id = holder AND priv.is_held(one)) $$;

CREATE OR REPLACE FUNCTION priv.is_held(one uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT EXISTS (SELECT FROM public.chat_message m JOIN public.chat_legalhold h ON h.organization_id = m.organization_id
    WHERE m.id = one AND h.released_at IS NULL
      AND h.partner_id IS NULL
      AND (cardinality(h.people) = 0 OR m.author_id = ANY (h.people))
      AND (cardinality(h.channels) = 0 OR m.channel_id = ANY (h.channels))
      AND (h.since IS NULL OR m.created_at >= h.since::timestamp AT TIME ZONE 'utc')
      AND (h.until IS NULL OR m.created_at < (h.until + 1)::timestamp AT TIME ZONE 'utc'))
    OR EXISTS (SELECT priv.agreed_holders(one)) $$;
"""
KEPT = before.GUARDED[
    before.GUARDED.index("CREATE FUNCTION priv.keep_held") : before.GUARDED.index("-- What a hold kept retention from")
]
ALSO = """
    INSERT INTO public.chat_heldcopy (id, created_at, organization_id, message_id, channel_id, author_id, body, files, said_at)
    SELECT gen_random_uuid(), now(), k.holder, t.message_id, t.channel_id, t.author_id, t.body, t.files, t.said_at
      FROM public.chat_heldcopy t, priv.agreed_holders(one) k (holder)
     WHERE t.message_id = one AND t.organization_id <> k.holder
       AND t.organization_id = (SELECT m.organization_id FROM public.chat_message m WHERE m.id = one);
    RETURN true;
"""
RELEASED = """
CREATE OR REPLACE FUNCTION priv.note_release() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE public.chat_retention SET done_until = NULL WHERE organization_id = NEW.organization_id;
    UPDATE public.chat_retention SET done_until = NULL WHERE organization_id = NEW.partner_id;
    RETURN NULL;
END $$;

-- Ends what was held by an agreement that has ended; returns which holds.
CREATE FUNCTION priv.end_agreed_holds(one uuid) RETURNS SETOF uuid LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = '' AS $$
UPDATE public.chat_legalhold h SET released_at = now() FROM public.orgs_agreement a
 WHERE a.id = one AND h.agreement_id = a.id AND a.state IN ('expired', 'terminated') AND h.released_at IS NULL
RETURNING h.id $$;

REVOKE ALL ON FUNCTION priv.agreed_holders(uuid), priv.is_held_by(uuid, uuid), priv.end_agreed_holds(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.end_agreed_holds(uuid) TO collab_app, collab_system;
REVOKE EXECUTE ON FUNCTION priv.agreed_holders(uuid), priv.is_held_by(uuid, uuid) FROM collab_app;
GRANT EXECUTE ON FUNCTION priv.agreed_holders(uuid), priv.is_held_by(uuid, uuid) TO collab_system;
"""
REPLACED = KEPT.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace("    RETURN true;\n", ALSO.lstrip("\n"))
GUARDED = SEEN + REPLACED + RELEASED
WERE = before.GUARDED[
    before.GUARDED.index("CREATE FUNCTION priv.is_held") : before.GUARDED.index("REVOKE ALL ON FUNCTION priv.is_held")
]
BACK = (
    f"""
DROP POLICY reading ON chat_legalhold;
CREATE POLICY reading ON chat_legalhold FOR SELECT TO collab_app USING ({before.READ});
"""
    + WERE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    + "DROP FUNCTION priv.end_agreed_holds(uuid), priv.is_held_by(uuid, uuid), priv.agreed_holders(uuid);\n"
)


def to(noun):
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=noun
    )


class Migration(migrations.Migration):
    dependencies = [("chat", "0033_files_kept"), ("orgs", "0013_agreed_holds"), ("workspaces", "0008_own_rooms")]

    operations = [
        migrations.AddField("legalhold", "agreement", to("orgs.agreement")),
        migrations.AddField("legalhold", "partner", to("orgs.organization")),
        migrations.AddConstraint(
            "legalhold",
            models.CheckConstraint(
                condition=models.Q(("agreement__isnull", True), ("partner__isnull", True))
                | models.Q(("agreement__isnull", False), ("partner__isnull", False)),
                name="legal_hold_on_partner_by_agreement",
            ),
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]
