"""What an inbox can be narrowed to is found from value to value, and what it is narrowed to without reading the rest."""

from django.db import migrations, models

SHOWN = models.Q(in_app=True)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0009_silence")]

    operations = [
        migrations.AddIndex(
            "notice", models.Index(fields=["recipient", "kind", "-id"], condition=SHOWN, name="notice_kind")
        ),
        migrations.AddIndex(
            "notice", models.Index(fields=["recipient", "org_id", "-id"], condition=SHOWN, name="notice_org")
        ),
    ]
