"""Accounts of programs: nobody signs in to them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_replies_done")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="is_bot",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        )
    ]
