"""What stays of a deleted message for a moment is written down with the deletion, so that no crash leaves it there for good."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0036_attachment_label")]

    operations = [migrations.AddField("message", "leftover", ArrayField(models.TextField(), null=True))]
