"""An agreement may let each side hold, for a case, what people of the other say in rooms that both share."""

from django.db import migrations, models

# As in 0008: the database fills in what an older version leaves out.
FILLED = "ALTER TABLE orgs_agreement ALTER COLUMN legal_holds SET DEFAULT false"


class Migration(migrations.Migration):
    # allows NOT_NULL: the database fills in what an older version leaves out.
    dependencies = [("orgs", "0012_secrets")]

    operations = [
        migrations.AddField(
            "agreement",
            "legal_holds",
            models.BooleanField(default=False, verbose_name="Each may hold words of the other's people"),
        ),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop, elidable=False),
    ]
