"""Streams change their secret as webhooks do: for a day two of them sign."""

from django.db import migrations, models

# For programs of the version before, which do not know the column.
FILLED = "ALTER TABLE webhooks_stream ALTER COLUMN old_secret SET DEFAULT ''"


class Migration(migrations.Migration):
    # allows NOT_NULL: the database fills in what an older version leaves out.
    dependencies = [("webhooks", "0003_streams")]

    operations = [
        migrations.AddField("stream", "old_secret", models.TextField(blank=True, default="")),
        migrations.AddField("stream", "old_secret_until", models.DateTimeField(null=True)),
        migrations.AlterField("webhook", "sealed_secret", models.TextField(blank=True)),
        migrations.AlterField("webhook", "old_secret", models.TextField(blank=True, default="")),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop, elidable=False),
    ]
