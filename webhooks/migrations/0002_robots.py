"""A webhook may tell a group through the robot of its messenger."""

from django.db import migrations, models

# For programs of the version before, which do not know the columns.
FILLED = """
ALTER TABLE webhooks_webhook ALTER COLUMN format SET DEFAULT 'standard';
ALTER TABLE webhooks_webhook ALTER COLUMN language SET DEFAULT '';
"""


class Migration(migrations.Migration):
    # allows NOT_NULL: the database fills in what an older version leaves out.
    dependencies = [("webhooks", "0001_initial")]

    operations = [
        migrations.AddField(
            "webhook",
            "format",
            models.CharField(
                "Who is told",
                choices=[
                    ("standard", "A system of ours (Standard Webhooks)"),
                    ("dingtalk", "A group in DingTalk"),
                    ("wecom", "A group in WeCom"),
                    ("feishu", "A group in Feishu or Lark"),
                    ("slack", "A channel in Slack"),
                ],
                default="standard",
                max_length=8,
            ),
        ),
        migrations.AddField(
            "webhook", "language", models.CharField(blank=True, default="", max_length=16)
        ),
        migrations.RunSQL(FILLED, migrations.RunSQL.noop, elidable=False),
    ]
