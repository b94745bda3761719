"""Whether people of other organizations see who of an organization's people is here."""

from django.db import migrations, models

# As in 0005: not Django's db_default, which reads back what whoever registers an organization may not see yet.
FILLED = "ALTER TABLE orgs_organization ALTER COLUMN presence_outside SET DEFAULT true"


class Migration(migrations.Migration):
    # allows NOT_NULL: the database fills in what an older version leaves out.
    dependencies = [("orgs", "0006_patience")]

    operations = [
        migrations.AddField("organization", "presence_outside", models.BooleanField(default=True)),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop, elidable=False),
    ]
