"""Pins, quotes, and the words that a message had before: read by whoever reads the message."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


within = import_module("chat.migrations.0007_reach").in_reach
PLACE = within("channel_id")

GUARDED = f"""
ALTER TABLE chat_messageversion ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_messageversion TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_messageversion FOR SELECT TO collab_app USING ({PLACE});
CREATE POLICY keeping ON chat_messageversion FOR INSERT TO collab_app WITH CHECK ({PLACE});
CREATE POLICY erasing ON chat_messageversion FOR DELETE TO collab_app USING ({PLACE});
ALTER TABLE chat_messageversion ADD CONSTRAINT version_in_channel FOREIGN KEY (message_id, channel_id)
    REFERENCES chat_message (id, channel_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE chat_message ADD CONSTRAINT quote_in_channel FOREIGN KEY (quotes_id, channel_id)
    REFERENCES chat_message (id, channel_id) DEFERRABLE INITIALLY DEFERRED;
"""
BACK = """
ALTER TABLE chat_message DROP CONSTRAINT quote_in_channel;
ALTER TABLE chat_messageversion DROP CONSTRAINT version_in_channel;
DROP POLICY erasing ON chat_messageversion;
DROP POLICY keeping ON chat_messageversion;
DROP POLICY reading ON chat_messageversion;
DROP POLICY platform ON chat_messageversion;
ALTER TABLE chat_messageversion DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0012_attachments"),
        ("orgs", "0006_patience"),
        ("workspaces", "0006_homes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MessageVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("body", models.TextField()),
                ("html", models.TextField()),
                ("said_at", models.DateTimeField()),
                ("channel", models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="chat.channel"
            )),
                ("message", models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="chat.message"
            )),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="message",
            name="pinned_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="pinned_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="quotes",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="quoted_by",
                to="chat.message",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("pinned_at__isnull", False)),
                fields=["channel", "pinned_at"],
                name="message_pinned",
            ),
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]
