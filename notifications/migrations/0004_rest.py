"""Quiet hours and the daily letter, each person's own."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

POLICIES = """
ALTER TABLE notifications_rest ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON notifications_rest TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY choosing ON notifications_rest TO collab_app
    USING (user_id = (SELECT priv.actor())) WITH CHECK (user_id = (SELECT priv.actor()));
"""
BACK = """
DROP POLICY choosing ON notifications_rest;
DROP POLICY platform ON notifications_rest;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_row_level_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Rest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("quiet_from", models.TimeField(null=True)),
                ("quiet_until", models.TimeField(null=True)),
                ("daily", models.BooleanField(default=False)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(quiet_from=None, quiet_until=None)
                        | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                        name="rest_has_both_ends",
                    )
                ],
            },
        ),
        migrations.RunSQL(POLICIES, BACK, elidable=False),
    ]
