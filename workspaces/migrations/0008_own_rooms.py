"""Somebody's seat in a workspace, in one look: every page there asks it.

Row-level security shows the same row, but works out first which workspaces and organizations they may know of.
"""

from django.db import migrations

OWN_ROOMS = """
CREATE VIEW priv.own_rooms WITH (security_barrier) AS
SELECT m AS seat, o AS organization, k AS contact, m.workspace_id FROM public.workspaces_member m
  JOIN public.accounts_user u ON u.id = m.user_id AND u.is_active
  JOIN public.orgs_organization o ON o.id = m.organization_id AND o.state = 'active'
  LEFT JOIN public.orgs_contact k ON k.id = m.contact_id
 WHERE m.user_id = priv.actor() AND (m.expires_at IS NULL OR m.expires_at > now()) AND m.held_at IS NULL;
REVOKE ALL ON priv.own_rooms FROM PUBLIC;
GRANT SELECT ON priv.own_rooms TO collab_app;
"""


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0007_history"), ("orgs", "0008_recall")]

    operations = [migrations.RunSQL(OWN_ROOMS, "DROP VIEW priv.own_rooms;\n")]
