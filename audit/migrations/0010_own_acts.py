"""Everybody reads what they did themselves, whoever keeps the record of it."""

from django.db import migrations, models
from django.db.models import Q

POLICY = """
CREATE POLICY own ON audit_entry FOR SELECT TO collab_app USING (actor_id = (SELECT priv.actor()));
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0009_personal_erased")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["actor_id", "-id"], condition=Q(actor_id__isnull=False), name="entry_own"
            ),
        ),
        migrations.RunSQL(POLICY, "DROP POLICY own ON audit_entry;", elidable=False),
    ]
