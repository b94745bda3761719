"""Where organizations are registered and contacts work, and within which countries an agreement keeps things."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

# For programs of the version before, which do not know the columns. Not Django's db_default: what it sets it also reads
# back with INSERT ... RETURNING, and whoever registers an organization may not read it before they belong to it.
FILLED = """
ALTER TABLE orgs_organization ALTER COLUMN country SET DEFAULT '';
ALTER TABLE orgs_contact ALTER COLUMN country SET DEFAULT '';
ALTER TABLE orgs_agreement ALTER COLUMN countries SET DEFAULT '{}';
"""


def country():
    return models.CharField("Country or region", max_length=2, blank=True, default="")


class Migration(migrations.Migration):
    # allows NOT_NULL: the database fills in what an older version leaves out.
    dependencies = [("orgs", "0004_platform")]

    operations = [
        migrations.AddField("organization", "country", country()),
        migrations.AddField("contact", "country", country()),
        migrations.AddField(
            "agreement", "countries", ArrayField(models.CharField(max_length=2), blank=True, default=list)
        ),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop, elidable=False),
    ]
