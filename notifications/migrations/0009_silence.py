"""Until when somebody wants to be disturbed by nothing that is not urgent, beside their quiet hours."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0008_device_tests")]

    operations = [migrations.AddField("rest", "silent_until", models.DateTimeField(null=True))]
