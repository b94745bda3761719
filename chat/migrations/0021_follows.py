"""Who follows a thread, and how far they have read it: theirs alone. Who takes part in one follows it by that."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

before = import_module("chat.migrations.0019_saved")

PLACE = """
ALTER TABLE chat_follow ADD CONSTRAINT follow_in_channel FOREIGN KEY (thread_id, channel_id)
    REFERENCES chat_message (id, channel_id) DEFERRABLE INITIALLY DEFERRED;
"""
PLACE_BACK = "ALTER TABLE chat_follow DROP CONSTRAINT follow_in_channel;\n"

FOLLOW = """
-- Whoever has just answered in a thread lets those follow it who take part: who began it and who is named, from this answer
-- on, unless they have said that they do not want to; and themselves, who have read it up to here.
CREATE FUNCTION priv.follow_thread(top uuid, named uuid[], post bigint) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = '' AS $$
WITH said AS (
    SELECT r.channel_id, r.author_id AS me, t.author_id AS beginner FROM public.chat_message r
      JOIN public.chat_message t ON t.id = r.thread_id
     WHERE r.thread_id = top AND r.seq = post AND (priv.actor() IS NULL OR r.author_id = priv.actor())
), others AS (
    INSERT INTO public.chat_follow (id, created_at, channel_id, thread_id, user_id, is_on, read_seq)
    SELECT gen_random_uuid(), now(), said.channel_id, top, u.id, true, post - 1
      FROM said JOIN public.accounts_user u ON u.id = said.beginner OR u.id = ANY (named) WHERE u.id <> said.me
    ON CONFLICT (user_id, thread_id) DO NOTHING
)
INSERT INTO public.chat_follow (id, created_at, channel_id, thread_id, user_id, is_on, read_seq)
SELECT gen_random_uuid(), now(), said.channel_id, top, said.me, true, post FROM said
ON CONFLICT (user_id, thread_id) DO UPDATE SET is_on = true, read_seq = greatest(chat_follow.read_seq, excluded.read_seq) $$;
REVOKE ALL ON FUNCTION priv.follow_thread(uuid, uuid[], bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.follow_thread(uuid, uuid[], bigint) TO collab_app, collab_system;
"""
FOLLOW_BACK = "DROP FUNCTION priv.follow_thread(uuid, uuid[], bigint);\n"

# Who has taken part in threads until now follows them, and has read them.
UNTIL_NOW = """
INSERT INTO chat_follow (id, created_at, channel_id, thread_id, user_id, is_on, read_seq)
SELECT gen_random_uuid(), now(), one.channel_id, one.thread_id, one.user_id, true, c.last_seq FROM (
    SELECT m.channel_id, m.thread_id, m.author_id AS user_id FROM chat_message m WHERE m.thread_id IS NOT NULL
    UNION SELECT m.channel_id, m.id, m.author_id FROM chat_message m WHERE m.reply_count > 0
    UNION SELECT m.channel_id, m.thread_id, u.id FROM chat_message m
      JOIN accounts_user u ON u.id = ANY (m.mentions) WHERE m.thread_id IS NOT NULL
) one JOIN chat_channel c ON c.id = one.channel_id;
SET CONSTRAINTS ALL IMMEDIATE; -- what was just written is checked now: tables with checks that wait cannot be altered
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0020_unsent'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('is_on', models.BooleanField(default=True)),
                ('read_seq', models.BigIntegerField(default=0)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.channel')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.message')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'thread'), name='follow_once')],
            },
        ),
        migrations.RunSQL(
            PLACE + before.own("chat_follow") + FOLLOW,
            FOLLOW_BACK + before.nobodys("chat_follow") + PLACE_BACK,
            elidable=False,
        ),
        migrations.RunSQL(UNTIL_NOW, migrations.RunSQL.noop, elidable=False),
    ]
