"""A channel of a room with the seat from which somebody reads it, in one look: every post asks it.

The line is that of row-level security (0007), drawn for one channel rather than for all that the person reads.
"""

from django.db import migrations

CLEARED = """EXISTS (SELECT FROM public.workspaces_clearance l
        WHERE l.workspace_id = m.workspace_id AND l.organization_id = m.organization_id AND l.label = {label}
          AND (l.until IS NULL OR l.until >= (now() AT TIME ZONE 'utc')::date))"""
OWN_PLACES = f"""
CREATE VIEW priv.own_places WITH (security_barrier) AS
SELECT c AS channel, w AS workspace, m AS seat, o AS organization, k AS contact, c.id, m.organization_id
  FROM public.chat_channel c
  JOIN public.workspaces_workspace w ON w.id = c.workspace_id
  JOIN public.workspaces_member m ON m.workspace_id = c.workspace_id AND m.user_id = priv.actor()
   AND (m.expires_at IS NULL OR m.expires_at > now()) AND m.held_at IS NULL
  JOIN public.accounts_user u ON u.id = m.user_id AND u.is_active
  JOIN public.orgs_organization o ON o.id = m.organization_id AND o.state = 'active'
  LEFT JOIN public.orgs_contact k ON k.id = m.contact_id
 WHERE (c.kind = 'open' AND c.internal_to_id IS NULL AND m.contact_id IS NULL
        AND {CLEARED.format(label="w.classification")}
        AND (c.label IS NULL OR {CLEARED.format(label="priv.highest(c.label, w.classification)")}))
    OR c.id = ANY ((SELECT priv.named_channels())::uuid[]);
REVOKE ALL ON priv.own_places FROM PUBLIC;
GRANT SELECT ON priv.own_places TO collab_app;
"""


class Migration(migrations.Migration):
    dependencies = [("chat", "0026_retention"), ("orgs", "0009_own_seats")]

    operations = [migrations.RunSQL(OWN_PLACES, "DROP VIEW priv.own_places;\n")]
