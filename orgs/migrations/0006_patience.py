"""How long an organization lets a request wait for one of its people before its owners and admins hear of it."""

from django.db import migrations, models

# As in 0005: not Django's db_default, which reads back what whoever registers an organization may not see yet.
FILLED = "ALTER TABLE orgs_organization ALTER COLUMN patience_hours SET DEFAULT 72"


class Migration(migrations.Migration):
    # allows NOT_NULL: the database fills in what an older version leaves out.
    dependencies = [("orgs", "0005_countries")]

    operations = [
        migrations.AddField("organization", "patience_hours", models.PositiveSmallIntegerField(default=72)),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop, elidable=False),
    ]
