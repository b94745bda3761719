"""A request that a step of another one waits for."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    # allows ADD_UNIQUE: the column is new, and empty in every row that is there
    dependencies = [("approvals", "0014_waits")]

    operations = [
        migrations.AddField(
            model_name="instance",
            name="parent_run",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="child",
                to="approvals.run",
            ),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                condition=models.Q(("state", "ACTIVE"), ("type__in", ("subflow", "call"))),
                fields=["id"],
                name="run_queued",
            ),
        ),
    ]
