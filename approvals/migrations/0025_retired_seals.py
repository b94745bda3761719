"""A key of decisions is retired when another takes its place; its public half stays, with the day."""

from django.db import migrations, models

GRANT = "GRANT UPDATE (retired_at) ON approvals_sealkey TO collab_system;"
BACK = "REVOKE UPDATE (retired_at) ON approvals_sealkey FROM collab_system;"


class Migration(migrations.Migration):
    dependencies = [("approvals", "0024_call_secrets")]

    operations = [
        migrations.AddField(
            model_name="sealkey", name="retired_at", field=models.DateTimeField(null=True)
        ),
        migrations.RunSQL(GRANT, BACK, elidable=False),
    ]
