"""Files of messages that somebody takes along: whose they are asks for them and sees them, the platform makes them."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

MINE = f"user_id = {import_module('chat.migrations.0019_saved').ME}"
GUARDED = f"""
ALTER TABLE chat_export ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_export TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_export FOR SELECT TO collab_app USING ({MINE});
CREATE POLICY asking ON chat_export FOR INSERT TO collab_app WITH CHECK ({MINE} AND state = 'asked');
"""
BACK = """
DROP POLICY asking ON chat_export;
DROP POLICY reading ON chat_export;
DROP POLICY platform ON chat_export;
ALTER TABLE chat_export DISABLE ROW LEVEL SECURITY;
"""


def to(noun, **said):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.CASCADE, **({"related_name": "+", "to": noun} | said)
    )


def counted():
    return models.PositiveIntegerField(default=0)


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0029_legal_holds"),
        ("orgs", "0009_own_seats"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("with_files", models.BooleanField(default=True)),
                ("state", models.CharField(choices=[("asked", "Asked"), ("ready", "Ready"), ("failed", "Failed")], default="asked", max_length=8)),
                ("total", counted()),
                ("done", counted()),
                ("files", counted()),
                ("withheld", counted()),
                ("mark", models.BigIntegerField(default=0)),
                ("stored", models.CharField(blank=True, max_length=120)),
                ("size", models.BigIntegerField(default=0)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("ready_at", models.DateTimeField(null=True)),
                ("channel", to("chat.channel", null=True)),
                ("organization", to("orgs.organization", null=True)),
                ("user", to(settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")), fields=("user",), name="one_export_at_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]
