"""Messages that somebody keeps for later: theirs alone, and only while they still read the channel."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

in_reach = import_module("chat.migrations.0009_asked_once").in_reach
ME = "(SELECT priv.actor())"


def own(table):
    """Return the policies of what is one person's own, in a channel that they read."""
    mine = f"user_id = {ME} AND {in_reach('channel_id')}"
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON {table} TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON {table} FOR SELECT TO collab_app USING ({mine});
CREATE POLICY keeping ON {table} FOR INSERT TO collab_app WITH CHECK ({mine});
CREATE POLICY changing ON {table} FOR UPDATE TO collab_app USING ({mine}) WITH CHECK ({mine});
CREATE POLICY letting_go ON {table} FOR DELETE TO collab_app USING ({mine});
"""


def nobodys(table):
    names = ("letting_go", "changing", "keeping", "reading", "platform")
    dropped = "".join(f"DROP POLICY {name} ON {table};\n" for name in names)
    return f"{dropped}ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;\n"


# A saved message stands in the channel that its row says; foreign keys see past the policies.
PLACE = """
ALTER TABLE chat_saved ADD CONSTRAINT saved_in_channel FOREIGN KEY (message_id, channel_id)
    REFERENCES chat_message (id, channel_id) DEFERRABLE INITIALLY DEFERRED;
"""
PLACE_BACK = "ALTER TABLE chat_saved DROP CONSTRAINT saved_in_channel;\n"


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0017_announcements'),
        ('chat', '0018_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Saved',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('remind_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.channel')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.message')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('done_at', None), ('remind_at__isnull', False), ('told_at', None)), fields=['remind_at'], name='saved_due')],
                'constraints': [models.UniqueConstraint(fields=('user', 'message'), name='saved_once')],
            },
        ),
        migrations.RunSQL(PLACE + own("chat_saved"), nobodys("chat_saved") + PLACE_BACK, elidable=False),
    ]
