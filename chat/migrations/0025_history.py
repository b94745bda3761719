"""Newcomers read what was said before them only as far as the room, or the channel, lets them."""

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

FLOORS = """
-- From when on somebody reads each channel that keeps something from newcomers. Who came in by a seat joined with it; who was
-- let into a channel by name or right, when that was.
CREATE FUNCTION priv.floors_of(person uuid) RETURNS TABLE (channel_id uuid, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
WITH seats AS MATERIALIZED (
    SELECT m.workspace_id, m.organization_id, m.contact_id IS NOT NULL AS is_guest, m.created_at, w.history_days
      FROM public.workspaces_member m JOIN public.workspaces_workspace w ON w.id = m.workspace_id
     WHERE m.user_id = person
), places AS (
    SELECT c.id, c.kind, s.*, least(s.history_days, priv.history_days(c.history)) AS days
      FROM seats s JOIN public.chat_channel c ON c.workspace_id = s.workspace_id WHERE s.history_days IS NOT NULL
    UNION ALL
    SELECT c.id, c.kind, s.*, priv.history_days(c.history)
      FROM seats s JOIN public.chat_channel c ON c.workspace_id = s.workspace_id AND c.history IS NOT NULL
     WHERE s.history_days IS NULL
)
SELECT p.id, CASE WHEN p.kind = 'open' AND NOT p.is_guest THEN p.created_at ELSE greatest(p.created_at, least(
           (SELECT min(n.created_at) FROM public.chat_channelmember n WHERE n.channel_id = p.id AND n.user_id = person),
           (SELECT min(g.created_at) FROM public.chat_channelgrant g WHERE g.on_id = p.id
               AND (g.expires_at IS NULL OR g.expires_at > now())
               AND priv.meant(g, person, p.organization_id, p.is_guest)))) END - make_interval(days => p.days)
  FROM places p WHERE p.days IS NOT NULL $$;

-- The actor's own, by channel; nothing, where they read all of everything.
CREATE FUNCTION priv.history_floors() RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT jsonb_object_agg(channel_id, since) FROM priv.floors_of(priv.actor()) $$;

CREATE FUNCTION priv.read_from(person uuid, place uuid) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT since FROM priv.floors_of(person) WHERE channel_id = place $$;

REVOKE ALL ON FUNCTION priv.floors_of(uuid), priv.history_floors(), priv.read_from(uuid, uuid) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION priv.floors_of(uuid), priv.read_from(uuid, uuid) FROM collab_app, collab_system;
GRANT EXECUTE ON FUNCTION priv.history_floors() TO collab_app, collab_system;
GRANT EXECUTE ON FUNCTION priv.read_from(uuid, uuid) TO collab_system;

-- Sockets look again before they deliver, once a room lets newcomers read more or less.
CREATE FUNCTION priv.note_floors() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE public.chat_channel SET acl_version = acl_version + 1 WHERE id IN (
        SELECT c.id FROM public.chat_channel c WHERE c.workspace_id = NEW.id ORDER BY c.id FOR NO KEY UPDATE);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION priv.note_floors() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION priv.note_floors() FROM collab_app, collab_system;
CREATE TRIGGER floors AFTER UPDATE ON workspaces_workspace FOR EACH ROW
    WHEN (OLD.history_days IS DISTINCT FROM NEW.history_days) EXECUTE FUNCTION priv.note_floors();
"""
FLOORS_BACK = """
DROP TRIGGER floors ON workspaces_workspace;
DROP FUNCTION priv.note_floors(), priv.read_from(uuid, uuid), priv.history_floors(), priv.floors_of(uuid);
"""

ALL_READ = "(SELECT priv.history_floors()) IS NULL"
FROM = "coalesce(((SELECT priv.history_floors()) ->> channel_id::text)::timestamptz, '-infinity')"
OF = "EXISTS (SELECT FROM chat_message m WHERE m.id = {key})"
OF_MESSAGES = {
    "chat_messageversion": OF.format(key="message_id"),
    "chat_reaction": OF.format(key="message_id"),
    "chat_ask": OF.format(key="message_id"),
    "chat_poll": OF.format(key="message_id"),
    "chat_acknowledgement": "EXISTS (SELECT FROM chat_ask a WHERE a.id = ask_id)",
    "chat_vote": "EXISTS (SELECT FROM chat_poll p WHERE p.id = poll_id)",
    "chat_forward": OF.format(key="source_id"),
    "chat_attachment": f"(message_id IS NULL OR {OF.format(key='message_id')})",
}
HISTORIES = {"chat_message": f"created_at >= {FROM}"} | OF_MESSAGES
POLICIES = "".join(
    f"CREATE POLICY history ON {table} AS RESTRICTIVE FOR SELECT TO collab_app USING ({ALL_READ} OR {open_to});\n"
    for table, open_to in HISTORIES.items()
)
POLICIES_BACK = "".join(f"DROP POLICY history ON {table};\n" for table in HISTORIES)

# What search finds by looking past row-level security keeps to the same line.
FOUND = import_module("chat.migrations.0018_words").FUNCTION
PLACES = (
    ("CREATE FUNCTION priv.found", "CREATE OR REPLACE FUNCTION priv.found", 1),
    ("    has_words boolean", "    floors jsonb := priv.history_floors();\n    has_words boolean", 1),
    (
        "    reads := 'm.channel_id",
        "    IF floors IS NOT NULL THEN\n        fits := fits || ' AND m.created_at >= "
        "coalesce(($13 ->> m.channel_id::text)::timestamptz, ''-infinity'')';\n    END IF;\n    reads := 'm.channel_id",
        1,
    ),
    ("shut, most, lately;", "shut, most, lately, floors;", 2),
)


def changed(words, places):
    for before, after, times in places:
        assert words.count(before) == times, before
        words = words.replace(before, after)
    return words


class Migration(migrations.Migration):
    dependencies = [("chat", "0024_follow_levels"), ("workspaces", "0007_history")]

    operations = [
        migrations.AddField(
            "channel",
            "history",
            models.CharField(blank=True, max_length=8, null=True, verbose_name="Newcomers read"),
        ),
        migrations.AddIndex(
            "channel",
            models.Index(condition=Q(history__isnull=False), fields=["workspace"], name="channel_history"),
        ),
        migrations.RunSQL(FLOORS, FLOORS_BACK, elidable=False),
        migrations.RunSQL(
            POLICIES + changed(FOUND, PLACES),
            POLICIES_BACK + changed(FOUND, PLACES[:1]),
            elidable=False,
        ),
    ]
