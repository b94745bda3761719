"""Where a message was brought from is read by those who read there."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


within = import_module("chat.migrations.0007_reach").in_reach
PLACE = within("source_channel_id")
ME = "(SELECT priv.actor())"

GUARDED = f"""
ALTER TABLE chat_forward ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_forward TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_forward FOR SELECT TO collab_app USING ({PLACE});
CREATE POLICY bringing ON chat_forward FOR INSERT TO collab_app WITH CHECK (forwarded_by_id = {ME} AND {PLACE});
ALTER TABLE chat_forward ADD CONSTRAINT source_in_channel FOREIGN KEY (source_id, source_channel_id)
    REFERENCES chat_message (id, channel_id) DEFERRABLE INITIALLY DEFERRED;
"""
BACK = """
ALTER TABLE chat_forward DROP CONSTRAINT source_in_channel;
DROP POLICY platform ON chat_forward;
DROP POLICY reading ON chat_forward;
DROP POLICY bringing ON chat_forward;
ALTER TABLE chat_forward DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0015_polls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Forward",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "forwarded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="forward", to="chat.message"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="chat.message"
                    ),
                ),
                (
                    "source_channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="chat.channel"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]
