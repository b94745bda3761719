"""Everybody reads what they did themselves, for nobody or for an organization that they still belong to."""

from django.db import migrations, models
from django.db.models import Q

POLICY = """
CREATE POLICY own ON audit_entry FOR SELECT TO collab_app
    USING (actor_id = (SELECT priv.actor()) AND (org_id IS NULL OR org_id = ANY ((SELECT priv.orgs())::uuid[])));
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0009_personal_erased"), ("orgs", "0003_row_level_security")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["actor_id", "-id"], condition=Q(actor_id__isnull=False), name="entry_own"
            ),
        ),
        migrations.RunSQL(POLICY, "DROP POLICY own ON audit_entry;", elidable=False),
    ]
