"""Calls of outside systems: the platform's alone."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models

GUARDED = """
ALTER TABLE approvals_call ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON approvals_call TO collab_system USING (true) WITH CHECK (true);
REVOKE ALL ON approvals_call FROM collab_app;
"""
BACK = """
DROP POLICY platform ON approvals_call;
ALTER TABLE approvals_call DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0015_subflows")]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("error", models.CharField(blank=True, max_length=20)),
                (
                    "run",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="call", to="approvals.run"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]
