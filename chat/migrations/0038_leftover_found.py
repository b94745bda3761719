"""The clock finds it by an index of just these."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("chat", "0037_leftover")]

    operations = [
        AddIndexConcurrently(
            "message",
            models.Index(
                fields=["deleted_at"], condition=Q(leftover__isnull=False), name="message_leftover"
            ),
        )
    ]
