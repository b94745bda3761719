"""Who is held and opens a channel that they would read otherwise hears what they hear of its room."""

from django.db import migrations

FUNCTION = """
-- The room of a channel that the actor would read, if a hold did not keep them out of it.
CREATE FUNCTION priv.held_channel(place uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT c.workspace_id FROM public.chat_channel c
  JOIN public.workspaces_member m ON m.workspace_id = c.workspace_id AND m.user_id = priv.actor()
 WHERE c.id = place AND m.held_at IS NOT NULL AND (m.expires_at IS NULL OR m.expires_at > now())
   AND (EXISTS (SELECT FROM public.chat_channelmember n WHERE n.channel_id = c.id AND n.user_id = m.user_id)
     OR (c.kind = 'open' AND m.contact_id IS NULL))
   AND (c.internal_to_id IS NULL OR (c.internal_to_id = m.organization_id AND m.contact_id IS NULL))
   AND EXISTS (SELECT FROM priv.hold_on(c.workspace_id)) $$;

REVOKE ALL ON FUNCTION priv.held_channel(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.held_channel(uuid) TO collab_app, collab_system;
"""


class Migration(migrations.Migration):
    dependencies = [("chat", "0010_holds"), ("workspaces", "0005_holds")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION priv.held_channel(uuid)", elidable=False)
    ]
