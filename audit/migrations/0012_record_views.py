"""Views of a record: for whoever made them, or for those who read it for one organization, and nobody else."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models

READ = "chain_id = ANY ((SELECT priv.records())::bigint[])"
MINE = "owner_id = (SELECT priv.actor())"
OWN = f"(org_id IS NULL AND {MINE})"
STEERED = "org_id = ANY ((SELECT priv.steered())::uuid[])"

# Who shares one steers the organization; whoever steers it changes or withdraws what is shared.
POLICIES = f"""
ALTER TABLE audit_recordview ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON audit_recordview TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON audit_recordview FOR SELECT TO collab_app
    USING ({READ} AND ({OWN} OR org_id = ANY ((SELECT priv.orgs())::uuid[])));
CREATE POLICY writing ON audit_recordview FOR INSERT TO collab_app
    WITH CHECK ({READ} AND {MINE} AND (org_id IS NULL OR {STEERED}));
CREATE POLICY changing ON audit_recordview FOR UPDATE TO collab_app
    USING ({OWN} OR {STEERED}) WITH CHECK ({OWN} OR {STEERED});
CREATE POLICY removing ON audit_recordview FOR DELETE TO collab_app USING ({OWN} OR {STEERED});

ALTER TABLE audit_firstview ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON audit_firstview TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY own ON audit_firstview TO collab_app USING ({MINE}) WITH CHECK ({MINE} AND {READ});
"""

BACK = """
DROP POLICY own ON audit_firstview;
DROP POLICY platform ON audit_firstview;
ALTER TABLE audit_firstview DISABLE ROW LEVEL SECURITY;
DROP POLICY removing ON audit_recordview;
DROP POLICY changing ON audit_recordview;
DROP POLICY writing ON audit_recordview;
DROP POLICY reading ON audit_recordview;
DROP POLICY platform ON audit_recordview;
ALTER TABLE audit_recordview DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0011_holds"),
        ("orgs", "0003_row_level_security"),  # priv.steered()
        ("workspaces", "0002_row_level_security"),  # priv.orgs()
    ]

    operations = [
        migrations.CreateModel(
            name="RecordView",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("owner_id", models.UUIDField()),
                ("org_id", models.UUIDField(null=True)),
                ("name", models.CharField(max_length=80, verbose_name="Name")),
                ("filters", models.JSONField()),
                ("chain", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="views", to="audit.chain")),
            ],
            options={
                "ordering": ["name", "pk"],
                "indexes": [models.Index(fields=["chain", "owner_id"], name="record_view_place")],
            },
        ),
        migrations.CreateModel(
            name="FirstView",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("owner_id", models.UUIDField()),
                ("view_id", models.UUIDField()),
                ("chain", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="audit.chain")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["owner_id", "chain"], name="first_view_once")],
            },
        ),
        migrations.RunSQL(POLICIES, BACK, elidable=False),
    ]
