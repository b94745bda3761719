"""What keeps the index and the clearances is the platform's and the triggers' to call, and nobody is not the platform."""

from django.db import migrations

FUNCTIONS = """
CREATE OR REPLACE FUNCTION priv.note_access_change(room uuid, people uuid[]) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = '' AS $$
UPDATE public.chat_channel SET acl_version = acl_version + 1
 WHERE workspace_id = room AND (priv.is_platform() OR room = ANY (priv.workspaces()));
DELETE FROM public.chat_channelmember n USING public.chat_channel c
 WHERE n.channel_id = c.id AND c.workspace_id = room AND n.user_id = ANY (people)
   AND (priv.is_platform() OR room = ANY (priv.workspaces()));
$$;

-- Default privileges had given these to the application as well: they answer about everybody.
REVOKE EXECUTE ON FUNCTION priv.channel_rights(uuid, uuid), priv.channel_index(uuid, uuid),
    priv.index_channels(uuid, uuid), priv.clearances(uuid), priv.clear(uuid) FROM collab_app;
"""
BACK = """
GRANT EXECUTE ON FUNCTION priv.channel_rights(uuid, uuid), priv.channel_index(uuid, uuid),
    priv.index_channels(uuid, uuid), priv.clearances(uuid), priv.clear(uuid) TO collab_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0005_named_in_grants"),
        ("orgs", "0004_platform"),
        ("workspaces", "0003_clearances"),
    ]

    operations = [migrations.RunSQL(FUNCTIONS, BACK, elidable=False)]
