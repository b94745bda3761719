"""Organizations that one knows anyway are looked for before those that a request names: the last policy by name is asked
first, and what it finds is not asked again."""

from django.db import migrations

NAMES = "ALTER POLICY {} ON orgs_organization RENAME TO {}"


class Migration(migrations.Migration):
    dependencies = [("approvals", "0019_form_files")]

    operations = [
        migrations.RunSQL(
            NAMES.format("named_in_approvals", "acquainted"), NAMES.format("acquainted", "named_in_approvals")
        )
    ]
