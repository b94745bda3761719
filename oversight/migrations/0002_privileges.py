"""The application's login does not even see that there are inspections: operators' affairs are the platform's own."""

from django.db import migrations

TABLES = "oversight_inspection, oversight_operatorinvitation"


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"REVOKE ALL ON {TABLES} FROM collab_app;",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLES} TO collab_app;",
        )
    ]
