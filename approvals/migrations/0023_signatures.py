"""A decision may bear a signature: what was typed, or the file that holds what was drawn."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0022_handed_over")]

    operations = [
        migrations.AddField(
            model_name="assignment", name="signature", field=models.JSONField(null=True)
        )
    ]
