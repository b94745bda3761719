"""When somebody first looked at a request that was shown to them; and their copies are found without looking further."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0017_papers")]

    operations = [
        migrations.AddField(model_name="assignment", name="read_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("state", "COPIED")), fields=["principal"], name="assignment_copied"
            ),
        ),
    ]
