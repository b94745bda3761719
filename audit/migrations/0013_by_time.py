"""Time and number together lead to a page of some month of a long record; the chain alone leads nowhere the others do not."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("audit", "0012_record_views")]

    operations = [
        AddIndexConcurrently("entry", models.Index(fields=["chain", "at", "seq"], name="entry_time")),
        RemoveIndexConcurrently("entry", "entry_at"),
        migrations.AlterField(
            "entry",
            "chain",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="audit.chain",
            ),
        ),
    ]
