"""Whether an organization's people are asked before a secret leaves it, or may not send one at all."""

from django.db import migrations, models

# As in 0008: the database fills in what an older version leaves out.
FILLED = "ALTER TABLE orgs_organization ALTER COLUMN secrets SET DEFAULT 'ask'"


class Migration(migrations.Migration):
    # allows NOT_NULL: the database fills in what an older version leaves out.
    dependencies = [("orgs", "0011_calendars")]

    operations = [
        migrations.AddField(
            "organization",
            "secrets",
            models.CharField(
                choices=[("ask", "They are asked"), ("refuse", "They may not")], default="ask", max_length=8
            ),
        ),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop, elidable=False),
    ]
