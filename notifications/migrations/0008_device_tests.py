"""A device keeps what became of the test that its owner asked for."""

from django.db import migrations, models

# For programs of the version before, which do not know the column.
FILLED = "ALTER TABLE notifications_device ALTER COLUMN test_error SET DEFAULT ''"


class Migration(migrations.Migration):
    # allows NOT_NULL: the database fills in what an older version leaves out.
    dependencies = [("notifications", "0007_chase")]

    operations = [
        migrations.AddField("device", "test_asked_at", models.DateTimeField(null=True)),
        migrations.AddField("device", "tested_at", models.DateTimeField(null=True)),
        migrations.AddField("device", "test_error", models.CharField(blank=True, default="", max_length=40)),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop, elidable=False),
    ]
