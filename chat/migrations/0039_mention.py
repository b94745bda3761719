"""How often somebody is named in what they have not read is looked up by person, and no message is read for it.

A page asks it of every channel in its sidebar. It went through all that is unread there: with 100,000 unread messages that
took two seconds. An index on the array of the message is no help, since row-level security lets no condition come before its own.
"""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

NOTED = """
ALTER TABLE chat_mention ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_mention TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_mention FOR SELECT TO collab_app USING (user_id = (SELECT priv.actor()));
CREATE FUNCTION priv.note_mentions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM public.chat_mention n WHERE n.message_id = NEW.id AND n.user_id <> ALL (NEW.mentions);
    END IF;
    INSERT INTO public.chat_mention (id, created_at, channel_id, message_id, seq, user_id)
    SELECT uuidv7(), now(), NEW.channel_id, NEW.id, NEW.seq, u.id
      FROM public.accounts_user u WHERE u.id = ANY (NEW.mentions)
    ON CONFLICT (message_id, user_id) DO NOTHING;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION priv.note_mentions() FROM PUBLIC;
CREATE TRIGGER mentions AFTER INSERT ON chat_message
    FOR EACH ROW WHEN (NEW.mentions <> '{}') EXECUTE FUNCTION priv.note_mentions();
CREATE TRIGGER mentions_changed AFTER UPDATE OF mentions ON chat_message
    FOR EACH ROW WHEN (NEW.mentions <> OLD.mentions) EXECUTE FUNCTION priv.note_mentions();
"""
FORGOTTEN = """
DROP TRIGGER mentions_changed ON chat_message;
DROP TRIGGER mentions ON chat_message;
DROP FUNCTION priv.note_mentions();
DROP POLICY reading ON chat_mention;
DROP POLICY platform ON chat_mention;
ALTER TABLE chat_mention DISABLE ROW LEVEL SECURITY;
"""
UNTIL_NOW = """
INSERT INTO chat_mention (id, created_at, channel_id, message_id, seq, user_id)
SELECT uuidv7(), now(), m.channel_id, m.id, m.seq, u.id
  FROM chat_message m JOIN accounts_user u ON u.id = ANY (m.mentions) WHERE m.mentions <> '{}';
SET CONSTRAINTS ALL IMMEDIATE; -- what was just written is checked now: tables with checks that wait cannot be altered
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0038_leftover_found'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('seq', models.BigIntegerField()),
                ('channel', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.channel')),
                ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.message')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'channel', 'seq'], name='mention_found')],
                'constraints': [models.UniqueConstraint(fields=('message', 'user'), name='mention_once')],
            },
        ),
        migrations.RunSQL(NOTED, FORGOTTEN, elidable=False),
        migrations.RunSQL(UNTIL_NOW, migrations.RunSQL.noop, elidable=False),
    ]
