"""Files that forms hold: brought by whoever will write the form, bound to a request once, and never changed."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

GUARDED = """
REVOKE UPDATE, TRUNCATE ON approvals_formfile FROM collab_app, collab_system;
GRANT UPDATE (instance_id) ON approvals_formfile TO collab_app, collab_system;
ALTER TABLE approvals_formfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON approvals_formfile TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY seeing ON approvals_formfile FOR SELECT TO collab_app USING (uploader_id = (SELECT priv.actor())
    OR EXISTS (SELECT FROM approvals_instance i WHERE i.id = approvals_formfile.instance_id));
CREATE POLICY bringing ON approvals_formfile FOR INSERT TO collab_app
    WITH CHECK (uploader_id = (SELECT priv.actor()) AND instance_id IS NULL);
CREATE POLICY holding ON approvals_formfile FOR UPDATE TO collab_app
    USING (uploader_id = (SELECT priv.actor()) AND instance_id IS NULL)
    WITH CHECK (uploader_id = (SELECT priv.actor()));
"""
BACK = """
DROP POLICY holding ON approvals_formfile;
DROP POLICY bringing ON approvals_formfile;
DROP POLICY seeing ON approvals_formfile;
DROP POLICY platform ON approvals_formfile;
ALTER TABLE approvals_formfile DISABLE ROW LEVEL SECURITY;
GRANT UPDATE, TRUNCATE ON approvals_formfile TO collab_app, collab_system;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0018_copies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FormFile",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("name", models.CharField(max_length=200, verbose_name="Name")),
                ("size", models.BigIntegerField()),
                ("content_type", models.CharField(max_length=100)),
                ("digest", models.CharField(max_length=64)),
                ("stored", models.CharField(max_length=200)),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="approvals.definition"
                    ),
                ),
                (
                    "instance",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="files",
                        to="approvals.instance",
                    ),
                ),
                (
                    "uploader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "File of a form",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("instance__isnull", True)), fields=["created_at"], name="form_file_loose"
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARDED, BACK, elidable=False),
    ]
