"""Which channels and messages the application's login reaches: those that the current actor reads."""

from django.db import migrations

FUNCTIONS = """
-- Open channels of rooms where the actor sits as a member; private and direct ones, and a contact's, where named.
CREATE FUNCTION priv.channels() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(found.id), '{}') FROM (
    SELECT c.id FROM public.workspaces_member m
      JOIN public.accounts_user u ON u.id = m.user_id AND u.is_active
      JOIN public.orgs_organization o ON o.id = m.organization_id AND o.state = 'active'
      JOIN public.chat_channel c ON c.workspace_id = m.workspace_id
      LEFT JOIN public.chat_channelmember n ON n.channel_id = c.id AND n.user_id = m.user_id
     WHERE m.user_id = priv.actor() AND (m.expires_at IS NULL OR m.expires_at > now())
       AND (n.id IS NOT NULL OR (c.kind = 'open' AND m.contact_id IS NULL))
       AND (c.internal_to_id IS NULL OR (c.internal_to_id = m.organization_id AND m.contact_id IS NULL))
    UNION
    SELECT n.channel_id FROM public.chat_channelmember n
      JOIN public.accounts_user u ON u.id = n.user_id AND u.is_active
      JOIN public.chat_channel c ON c.id = n.channel_id AND c.kind = 'direct'
     WHERE n.user_id = priv.actor()
) found $$;

-- Those just opened by the actor, before anybody is named for them.
CREATE FUNCTION priv.opened_channels() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(c.id), '{}') FROM public.chat_channel c
 WHERE c.opened_by_id = priv.actor() AND c.kind <> 'open'
   AND NOT EXISTS (SELECT FROM public.chat_channelmember n WHERE n.channel_id = c.id) $$;

-- Who lets people go sees their own channels only, but all channels of the room must hear of it.
CREATE FUNCTION priv.note_access_change(room uuid, people uuid[]) RETURNS void LANGUAGE sql
SECURITY DEFINER SET search_path = '' AS $$
UPDATE public.chat_channel SET acl_version = acl_version + 1
 WHERE workspace_id = room AND (priv.actor() IS NULL OR room = ANY (priv.workspaces()));
DELETE FROM public.chat_channelmember n USING public.chat_channel c
 WHERE n.channel_id = c.id AND c.workspace_id = room AND n.user_id = ANY (people)
   AND (priv.actor() IS NULL OR room = ANY (priv.workspaces()));
$$;

REVOKE ALL ON FUNCTION priv.channels(), priv.opened_channels(), priv.note_access_change(uuid, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.channels(), priv.opened_channels(), priv.note_access_change(uuid, uuid[])
    TO collab_app, collab_system;
"""

READ = "ANY ((SELECT priv.channels())::uuid[])"
ROOMS = "ANY ((SELECT priv.workspaces())::uuid[])"
OPENED = "ANY ((SELECT priv.opened_channels())::uuid[])"
ME = "(SELECT priv.actor())"

POLICIES = f"""
CREATE POLICY reading ON chat_channel FOR SELECT TO collab_app USING (id = {READ} OR id = {OPENED});
CREATE POLICY opening ON chat_channel FOR INSERT TO collab_app
    WITH CHECK (opened_by_id = {ME} AND (workspace_id = {ROOMS} OR kind = 'direct'));
-- Whoever posts raises the counters; leaving a room raises the version of channels one no longer reads.
CREATE POLICY counting ON chat_channel FOR UPDATE TO collab_app USING (id = {READ} OR workspace_id = {ROOMS});

CREATE POLICY reading ON chat_channelmember FOR SELECT TO collab_app
    USING (channel_id = {READ} OR channel_id = {OPENED});
CREATE POLICY naming ON chat_channelmember FOR INSERT TO collab_app
    WITH CHECK (channel_id = {READ} OR channel_id = {OPENED});
CREATE POLICY leaving ON chat_channelmember FOR DELETE TO collab_app USING (channel_id = {READ});

CREATE POLICY reading ON chat_message FOR SELECT TO collab_app USING (channel_id = {READ});
CREATE POLICY posting ON chat_message FOR INSERT TO collab_app WITH CHECK (author_id = {ME} AND channel_id = {READ});
CREATE POLICY changing ON chat_message FOR UPDATE TO collab_app USING (channel_id = {READ});

CREATE POLICY reading ON chat_reaction FOR SELECT TO collab_app USING (channel_id = {READ});
CREATE POLICY reacting ON chat_reaction FOR INSERT TO collab_app WITH CHECK (user_id = {ME} AND channel_id = {READ});
CREATE POLICY taking_back ON chat_reaction FOR DELETE TO collab_app USING (channel_id = {READ});

CREATE POLICY reading ON chat_channelevent FOR SELECT TO collab_app USING (channel_id = {READ});
CREATE POLICY telling ON chat_channelevent FOR INSERT TO collab_app WITH CHECK (channel_id = {READ});

CREATE POLICY reading ON chat_readmark FOR SELECT TO collab_app USING (channel_id = {READ});
CREATE POLICY marking ON chat_readmark FOR INSERT TO collab_app WITH CHECK (user_id = {ME} AND channel_id = {READ});
CREATE POLICY moving ON chat_readmark FOR UPDATE TO collab_app USING (user_id = {ME}) WITH CHECK (user_id = {ME});
"""

# A message, a reaction and a name stand in the workspace and channel that they say; foreign keys see past the policies.
TENANT_KEYS = """
ALTER TABLE chat_message ADD CONSTRAINT message_place FOREIGN KEY (channel_id, workspace_id)
    REFERENCES chat_channel (id, workspace_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE chat_message ADD CONSTRAINT message_in_channel UNIQUE (id, channel_id);
ALTER TABLE chat_message ADD CONSTRAINT thread_in_channel FOREIGN KEY (thread_id, channel_id)
    REFERENCES chat_message (id, channel_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE chat_reaction ADD CONSTRAINT reaction_in_channel FOREIGN KEY (message_id, channel_id)
    REFERENCES chat_message (id, channel_id) DEFERRABLE INITIALLY DEFERRED;
"""
KEYS_BACK = """
ALTER TABLE chat_reaction DROP CONSTRAINT reaction_in_channel;
ALTER TABLE chat_message DROP CONSTRAINT thread_in_channel, DROP CONSTRAINT message_in_channel, DROP CONSTRAINT message_place;
"""

TABLES = (
    "chat_channel",
    "chat_channelmember",
    "chat_message",
    "chat_reaction",
    "chat_channelevent",
    "chat_readmark",
)
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
) + "DROP FUNCTION priv.note_access_change(uuid, uuid[]), priv.opened_channels(), priv.channels();"


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial"), ("workspaces", "0002_row_level_security")]

    operations = [migrations.RunSQL(FUNCTIONS + TENANT_KEYS + ENABLE + POLICIES, BACK, elidable=False)]
