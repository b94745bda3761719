"""A poll is put in a channel; of an anonymous one nobody reads who chose what."""

from importlib import import_module

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


within = import_module("chat.migrations.0007_reach").in_reach
PLACE = within("channel_id")
ME = "(SELECT priv.actor())"
READ = import_module("chat.migrations.0007_reach").READ

GUARDED = f"""
ALTER TABLE chat_poll ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_poll TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_poll FOR SELECT TO collab_app USING ({PLACE});
CREATE POLICY asking ON chat_poll FOR INSERT TO collab_app WITH CHECK (asked_by_id = {ME} AND {PLACE});
CREATE POLICY closing ON chat_poll FOR UPDATE TO collab_app USING (asked_by_id = {ME} AND {PLACE});
CREATE POLICY erasing ON chat_poll FOR DELETE TO collab_app USING ({PLACE});
ALTER TABLE chat_poll ADD CONSTRAINT poll_in_channel FOREIGN KEY (message_id, channel_id)
    REFERENCES chat_message (id, channel_id) DEFERRABLE INITIALLY DEFERRED;

-- Whose vote it is, in an anonymous poll nobody reads but whose it is.
ALTER TABLE chat_vote ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_vote TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_vote FOR SELECT TO collab_app USING ({PLACE}
    AND (user_id = {ME} OR EXISTS (SELECT FROM chat_poll p WHERE p.id = poll_id AND NOT p.anonymous)));
CREATE POLICY choosing ON chat_vote FOR INSERT TO collab_app WITH CHECK (user_id = {ME} AND {PLACE});
CREATE POLICY taking_back ON chat_vote FOR DELETE TO collab_app USING (user_id = {ME} AND {PLACE});
-- The rows of an anonymous poll go with it, though whoever erases it does not see them.
ALTER TABLE chat_vote ADD CONSTRAINT vote_of_poll FOREIGN KEY (poll_id) REFERENCES chat_poll (id) ON DELETE CASCADE;

CREATE FUNCTION priv.poll_counts(poll uuid) RETURNS TABLE (choice smallint, votes integer, people integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT v.choice, count(*)::integer,
       (SELECT count(DISTINCT o.user_id)::integer FROM public.chat_vote o WHERE o.poll_id = poll)
  FROM public.chat_vote v JOIN public.chat_poll p ON p.id = v.poll_id
 WHERE v.poll_id = poll AND (priv.actor() IS NULL OR EXISTS (
       SELECT FROM public.chat_channel WHERE chat_channel.id = p.channel_id AND {READ}))
 GROUP BY v.choice $$;
REVOKE ALL ON FUNCTION priv.poll_counts(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.poll_counts(uuid) TO collab_app, collab_system;
"""
BACK = """
DROP FUNCTION priv.poll_counts(uuid);
ALTER TABLE chat_vote DROP CONSTRAINT vote_of_poll;
DROP POLICY platform ON chat_vote;
DROP POLICY reading ON chat_vote;
DROP POLICY choosing ON chat_vote;
DROP POLICY taking_back ON chat_vote;
ALTER TABLE chat_vote DISABLE ROW LEVEL SECURITY;
ALTER TABLE chat_poll DROP CONSTRAINT poll_in_channel;
DROP POLICY platform ON chat_poll;
DROP POLICY reading ON chat_poll;
DROP POLICY asking ON chat_poll;
DROP POLICY closing ON chat_poll;
DROP POLICY erasing ON chat_poll;
ALTER TABLE chat_poll DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0014_asks"),
        ("orgs", "0006_patience"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Poll",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "options",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), size=None
                    ),
                ),
                ("multiple", models.BooleanField()),
                ("anonymous", models.BooleanField()),
                ("ends_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="chat.channel"
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="poll", to="chat.message"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("choice", models.PositiveSmallIntegerField()),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="chat.channel"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organization",
                    ),
                ),
                (
                    "poll",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="chat.poll"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("poll", "user", "choice"), name="vote_once")],
            },
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]
