"""What is told again and again of one thing is one notice as long as nobody has read it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0010_by_kind")]

    operations = [
        migrations.AddField(
            "notice", "fold", models.CharField(blank=True, default="", db_default="", max_length=64)
        ),
        migrations.AddField("notice", "count", models.PositiveIntegerField(default=1, db_default=1)),
        migrations.AddField("notice", "is_covered", models.BooleanField(default=False, db_default=False)),
    ]
