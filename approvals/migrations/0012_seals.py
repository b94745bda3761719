"""Decisions under seals: the public halves of the keys, for the platform alone, and the salt of each comment."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models

GRANTS = """
REVOKE ALL ON approvals_sealkey FROM collab_app, collab_system;
GRANT SELECT, INSERT ON approvals_sealkey TO collab_system;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0011_timers"), ("audit", "0013_by_time")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="salt",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.CreateModel(
            name="SealKey",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("org_id", models.UUIDField(db_index=True)),
                ("public", models.BinaryField(max_length=32, unique=True)),
                ("endorsement", models.BinaryField(max_length=64, null=True)),
                (
                    "endorser",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.signingkey",
                    ),
                ),
            ],
            options={"verbose_name": "Key of decisions", "verbose_name_plural": "Keys of decisions"},
        ),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop, elidable=False),
    ]
