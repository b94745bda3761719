"""Of what is said in a channel it is asked of that channel whether it is read, in one view, and from when on.

Each policy listed the rooms of whoever asks, twice, and the floors of their history, however few the rows: somebody in
1,000 rooms waited 19 ms for fifty messages. Who reads a channel is what 0007 and 0009 say. What is listed over all of
one's channels, such as how far they were read, goes on asking by these lists.
"""

# allows DROP_INDEX: the unique constraints that begin with the same column serve as well
import re
from importlib import import_module

from django.conf import settings
from django.db import migrations, models
from django.db.models import CASCADE, PROTECT

CLEARED = import_module("chat.migrations.0027_own_places").CLEARED
FLOORS = import_module("chat.migrations.0025_history")
BEFORE = import_module("chat.migrations.0009_asked_once")
REACH = f"""
-- No barrier: it is looked up by what a statement knows of a channel, and gives nothing but keys.
CREATE VIEW priv.reach AS
SELECT c.id, CASE WHEN c.history IS NOT NULL OR w.history_days IS NOT NULL
                  THEN ((SELECT priv.history_floors()) ->> c.id::text)::timestamptz END AS since
  FROM public.chat_channel c LEFT JOIN public.workspaces_workspace w ON w.id = c.workspace_id
 WHERE (c.kind = 'open' AND c.internal_to_id IS NULL AND EXISTS (
        SELECT FROM public.workspaces_member m
          JOIN public.accounts_user u ON u.id = m.user_id AND u.is_active
          JOIN public.orgs_organization o ON o.id = m.organization_id AND o.state = 'active'
         WHERE m.workspace_id = c.workspace_id AND m.user_id = (SELECT priv.actor()) AND m.contact_id IS NULL
           AND (m.expires_at IS NULL OR m.expires_at > now()) AND m.held_at IS NULL
           AND {CLEARED.format(label="w.classification")}
           AND (c.label IS NULL OR {CLEARED.format(label="priv.highest(c.label, w.classification)")})
        OFFSET 0))
    OR c.id = ANY ((SELECT priv.named_channels())::uuid[]);
REVOKE ALL ON priv.reach FROM PUBLIC;
GRANT SELECT ON priv.reach TO collab_app, collab_system;
"""
READ = "EXISTS (SELECT FROM priv.reach r WHERE r.id = {key} OFFSET 0)"
HISTORY = "EXISTS (SELECT FROM priv.reach r WHERE r.id = {key} AND r.since IS NULL OFFSET 0) OR {open_to}"
SINCE = "r.since IS NULL OR r.since <= created_at"
ME = "(SELECT priv.actor())"
PLACE = READ.format(key="channel_id")
ATTACHMENTS = f"""
ALTER POLICY reading ON chat_attachment USING ({PLACE} AND (message_id IS NOT NULL OR uploader_id = {ME}));
ALTER POLICY bringing ON chat_attachment WITH CHECK (uploader_id = {ME} AND message_id IS NULL AND {PLACE});
ALTER POLICY sending ON chat_attachment USING (uploader_id = {ME} AND message_id IS NULL AND {PLACE});
ALTER POLICY removing ON chat_attachment USING ({PLACE});
"""
# How far somebody has read they know themselves; of all their channels it is asked at every turn.
MARKS = f"ALTER POLICY reading ON chat_readmark USING (user_id = {ME} OR {BEFORE.in_reach('channel_id')});\n"
MESSAGES = f"""
ALTER POLICY reading ON chat_message
    USING (EXISTS (SELECT FROM priv.reach r WHERE r.id = channel_id AND ({SINCE}) OFFSET 0));
DROP POLICY history ON chat_message;
-- Half of what is said is said in few channels: known to be busy, they are read from their end, and not sorted whole.
ALTER TABLE chat_message ALTER COLUMN channel_id SET STATISTICS 1000;
"""
HISTORIES = "".join(
    f"ALTER POLICY history ON {table} USING ({HISTORY.format(key=key, open_to=open_to)});\n"
    for table, open_to in FLOORS.OF_MESSAGES.items()
    for key in ["source_channel_id" if table == "chat_forward" else "channel_id"]
)
BACK = (
    "ALTER TABLE chat_message ALTER COLUMN channel_id SET STATISTICS DEFAULT;\n"
    f"ALTER POLICY reading ON chat_readmark USING ({BEFORE.in_reach('channel_id')});\n"
    f"CREATE POLICY history ON chat_message AS RESTRICTIVE FOR SELECT TO collab_app"
    f" USING ({FLOORS.ALL_READ} OR {FLOORS.HISTORIES['chat_message']});\n"
    + "".join(
        f"ALTER POLICY history ON {table} USING ({FLOORS.ALL_READ} OR {open_to});\n"
        for table, open_to in FLOORS.OF_MESSAGES.items()
    )
)

SAID = [
    "chat_message",
    "chat_messageversion",
    "chat_reaction",
    "chat_channelevent",
    "chat_ask",
    "chat_acknowledgement",
    "chat_poll",
    "chat_vote",
    "chat_forward",
]
ASKS_ITSELF = re.compile(r"EXISTS \( SELECT\s+FROM chat_channel\s+WHERE \(\(chat_channel\.id = (\S+)\) AND ")


def with_one_view(words):
    """Return a policy's words in which each look at a channel is one at ``priv.reach``."""
    while found := ASKS_ITSELF.search(words):
        depth, end = 1, words.index("(", found.start()) + 1
        while depth:
            depth += {"(": 1, ")": -1}.get(words[end], 0)
            end += 1
        words = words[: found.start()] + READ.format(key=found[1]) + words[end:]
    return words


def say_it_in_one_view(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname, qual, with_check FROM pg_policies WHERE schemaname = 'public'"
            " AND tablename = ANY (%s) AND concat(qual, with_check) LIKE '%%FROM chat_channel%%'",
            [SAID],
        )
        for table, policy, using, check in cursor.fetchall():
            parts = [
                f"{kind} ({with_one_view(words)})"
                for kind, words in (("USING", using), ("WITH CHECK", check))
                if words is not None
            ]
            cursor.execute(f"ALTER POLICY {policy} ON {table} {' '.join(parts)}")


class Migration(migrations.Migration):
    dependencies = [("chat", "0034_agreed_holds")]

    operations = [
        # Back: the view stays, and policies that ask it say the same.
        migrations.RunSQL(REACH.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"), migrations.RunSQL.noop),
        migrations.RunPython(say_it_in_one_view, migrations.RunPython.noop),
        migrations.RunSQL(ATTACHMENTS + MARKS + MESSAGES + HISTORIES, BACK),
        migrations.AlterField(
            "message",
            "channel",
            models.ForeignKey("chat.Channel", CASCADE, related_name="messages", db_index=False),
        ),
        migrations.AlterField(
            "message",
            "author",
            models.ForeignKey(settings.AUTH_USER_MODEL, PROTECT, related_name="+", db_index=False),
        ),
        migrations.AlterField(
            "message",
            "thread",
            models.ForeignKey("chat.Message", CASCADE, null=True, related_name="replies", db_index=False),
        ),
        migrations.AlterField(
            "channelevent",
            "channel",
            models.ForeignKey("chat.Channel", CASCADE, related_name="events", db_index=False),
        ),
        migrations.AlterField(
            "readmark",
            "channel",
            models.ForeignKey("chat.Channel", CASCADE, related_name="read_marks", db_index=False),
        ),
    ]
