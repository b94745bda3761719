"""What people were to take note of by a day is noted once as overdue; of days that passed before, nobody is told any more."""

from django.db import migrations, models

PAST = "UPDATE chat_ask SET overdue_at = due_at WHERE due_at <= now()"


class Migration(migrations.Migration):
    dependencies = [("chat", "0040_there")]

    operations = [
        migrations.AddField(model_name="ask", name="overdue_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="ask",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False), ("overdue_at__isnull", True)),
                fields=["due_at"],
                name="ask_passing",
            ),
        ),
        migrations.RunSQL(PAST, migrations.RunSQL.noop),
    ]
