"""How long an organization lets its people take a message back from everybody who read it."""

from django.db import migrations, models

# As in 0005: not Django's db_default, which reads back what whoever registers an organization may not see yet.
FILLED = "ALTER TABLE orgs_organization ALTER COLUMN recall_minutes SET DEFAULT 2"


class Migration(migrations.Migration):
    # allows NOT_NULL: the database fills in what an older version leaves out.
    dependencies = [("orgs", "0007_presence")]

    operations = [
        migrations.AddField("organization", "recall_minutes", models.PositiveSmallIntegerField(default=2)),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop, elidable=False),
    ]
