"""A message asks its readers to take note of it: who is asked, and who has."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


within = import_module("chat.migrations.0007_reach").in_reach
PLACE = within("channel_id")
ME = "(SELECT priv.actor())"

GUARDED = f"""
ALTER TABLE chat_ask ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_ask TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_ask FOR SELECT TO collab_app USING ({PLACE});
CREATE POLICY asking ON chat_ask FOR INSERT TO collab_app WITH CHECK (asked_by_id = {ME} AND {PLACE});
CREATE POLICY nudging ON chat_ask FOR UPDATE TO collab_app USING (asked_by_id = {ME} AND {PLACE});
CREATE POLICY erasing ON chat_ask FOR DELETE TO collab_app USING ({PLACE});
ALTER TABLE chat_ask ADD CONSTRAINT ask_in_channel FOREIGN KEY (message_id, channel_id)
    REFERENCES chat_message (id, channel_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE chat_acknowledgement ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_acknowledgement TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_acknowledgement FOR SELECT TO collab_app USING ({PLACE});
CREATE POLICY asking ON chat_acknowledgement FOR INSERT TO collab_app WITH CHECK (given_at IS NULL AND {PLACE}
    AND EXISTS (SELECT FROM chat_ask a WHERE a.id = ask_id AND a.asked_by_id = {ME}));
CREATE POLICY giving ON chat_acknowledgement FOR UPDATE TO collab_app USING (user_id = {ME} AND {PLACE})
    WITH CHECK (user_id = {ME});
CREATE POLICY erasing ON chat_acknowledgement FOR DELETE TO collab_app USING ({PLACE});
"""
BACK = """
ALTER TABLE chat_ask DROP CONSTRAINT ask_in_channel;
DROP POLICY platform ON chat_ask;
DROP POLICY reading ON chat_ask;
DROP POLICY asking ON chat_ask;
DROP POLICY nudging ON chat_ask;
DROP POLICY erasing ON chat_ask;
ALTER TABLE chat_ask DISABLE ROW LEVEL SECURITY;
DROP POLICY platform ON chat_acknowledgement;
DROP POLICY reading ON chat_acknowledgement;
DROP POLICY asking ON chat_acknowledgement;
DROP POLICY giving ON chat_acknowledgement;
DROP POLICY erasing ON chat_acknowledgement;
ALTER TABLE chat_acknowledgement DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0013_kept"),
        ("orgs", "0006_patience"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="card",
            field=models.JSONField(null=True),
        ),
        migrations.CreateModel(
            name="Ask",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("due_at", models.DateTimeField(null=True)),
                ("nudged_at", models.DateTimeField(null=True)),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="ask", to="chat.message"
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("given_at", models.DateTimeField(null=True)),
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ask",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="people", to="chat.ask"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("given_at__isnull", True)),
                        fields=["user"],
                        name="acknowledgement_waiting",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("ask", "user"), name="acknowledgement_once")],
            },
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]
