"""Steps that wait for an hour; more of what happens when nobody has answered in time."""

from django.db import migrations, models

KINDS = [
    ("remind", "Remind"),
    ("escalate", "Escalate"),
    ("auto_pass", "Approve automatically"),
    ("auto_reject", "Reject automatically"),
    ("return", "Return"),
    ("suspend", "Suspend"),
    ("wake", "Go on"),
]


class Migration(migrations.Migration):
    dependencies = [("approvals", "0013_own_waiting")]

    operations = [
        migrations.AlterField(
            model_name="timer", name="kind", field=models.CharField(choices=KINDS, max_length=16)
        ),
    ]
