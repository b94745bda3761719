"""A channel that one comes across is one that one reads, or one of the few that are opened to one otherwise: only of
those is it asked again. So a room is looked up once where it was looked up twice.
"""

from importlib import import_module

from django.db import migrations

before = import_module("chat.migrations.0007_reach")
READ = before.READ
NOT_OPENED = "id <> ALL ((SELECT priv.opened_channels())::uuid[])"


def in_reach(key):
    """Inside, the policy of channels itself holds: what is found is read, or opened."""
    return f"EXISTS (SELECT FROM chat_channel WHERE chat_channel.id = {key} AND ({NOT_OPENED} OR {READ}) OFFSET 0)"


class Migration(migrations.Migration):
    dependencies = [("chat", "0008_departments")]

    operations = [
        migrations.RunSQL(
            before.policies(READ, in_reach), before.policies(READ, before.in_reach), elidable=False
        ),
    ]
