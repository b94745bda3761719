"""How long organizations keep what their own people say: read by who shares a room with them, written by who steers them."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

STEERED = "organization_id = ANY ((SELECT priv.steered())::uuid[])"
GUARDED = f"""
ALTER TABLE chat_retention ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_retention TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_retention FOR SELECT TO collab_app USING (
    organization_id = ANY ((SELECT priv.orgs())::uuid[])
    OR (workspace_id IS NULL AND organization_id IN (SELECT p.organization_id FROM workspaces_participant p
        WHERE p.workspace_id = ANY ((SELECT priv.workspaces())::uuid[])))
    OR workspace_id = ANY ((SELECT priv.workspaces())::uuid[]));
CREATE POLICY setting ON chat_retention FOR INSERT TO collab_app WITH CHECK ({STEERED});
CREATE POLICY changing ON chat_retention FOR UPDATE TO collab_app USING ({STEERED}) WITH CHECK ({STEERED});
CREATE POLICY lifting ON chat_retention FOR DELETE TO collab_app USING ({STEERED});
"""
BACK = """
DROP POLICY lifting ON chat_retention;
DROP POLICY changing ON chat_retention;
DROP POLICY setting ON chat_retention;
DROP POLICY reading ON chat_retention;
DROP POLICY platform ON chat_retention;
ALTER TABLE chat_retention DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0025_history"),
        ("orgs", "0006_patience"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("message", "expired", models.BooleanField(null=True)),
        migrations.CreateModel(
            name="Retention",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("days", models.PositiveIntegerField()),
                ("begins_at", models.DateTimeField()),
                ("done_until", models.DateTimeField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="orgs.organization",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "ordering": ["workspace__name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "workspace"), name="retention_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("days__lte", 3650)), name="retention_has_days"
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]
