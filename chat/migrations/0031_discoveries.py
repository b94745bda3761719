"""Cases for which an organization looks through what was said: for who reads its record."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

READ = import_module("chat.migrations.0029_legal_holds").READ
GUARDED = f"""
ALTER TABLE chat_discovery ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_discovery TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_discovery FOR SELECT TO collab_app USING ({READ});
CREATE POLICY opening ON chat_discovery FOR INSERT TO collab_app WITH CHECK ({READ});
CREATE POLICY closing ON chat_discovery FOR UPDATE TO collab_app USING ({READ}) WITH CHECK ({READ});
"""
BACK = """
DROP POLICY closing ON chat_discovery;
DROP POLICY opening ON chat_discovery;
DROP POLICY reading ON chat_discovery;
DROP POLICY platform ON chat_discovery;
ALTER TABLE chat_discovery DISABLE ROW LEVEL SECURITY;
"""


def person(**said):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, **said
    )


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0030_exports"),
        ("orgs", "0009_own_seats"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Discovery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("case", models.CharField(max_length=120, verbose_name="Case")),
                ("reason", models.CharField(max_length=500, verbose_name="Reason")),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", person(null=True)),
                ("opened_by", person()),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.organization",
                    ),
                ),
            ],
            options={"ordering": ["-pk"]},
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]
