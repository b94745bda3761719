"""What somebody has written and not sent: drafts, and what is sent at its moment. Theirs alone, like what they keep."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

before = import_module("chat.migrations.0019_saved")
TABLES = ("chat_scheduled", "chat_draft")

# The thread, and the message that it became, stand in the channel that the row says.
PLACES = """
ALTER TABLE chat_scheduled ADD CONSTRAINT scheduled_in_thread FOREIGN KEY (thread_id, channel_id)
    REFERENCES chat_message (id, channel_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE chat_scheduled ADD CONSTRAINT scheduled_became FOREIGN KEY (message_id, channel_id)
    REFERENCES chat_message (id, channel_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE chat_draft ADD CONSTRAINT draft_in_thread FOREIGN KEY (thread_id, channel_id)
    REFERENCES chat_message (id, channel_id) DEFERRABLE INITIALLY DEFERRED;
"""
PLACES_BACK = """
ALTER TABLE chat_draft DROP CONSTRAINT draft_in_thread;
ALTER TABLE chat_scheduled DROP CONSTRAINT scheduled_became, DROP CONSTRAINT scheduled_in_thread;
"""
POLICIES = "".join(before.own(table) for table in TABLES)
POLICIES_BACK = "".join(before.nobodys(table) for table in TABLES)


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0019_saved'),
        ('orgs', '0006_patience'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('body', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.channel')),
                ('thread', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.message')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at'],
                'constraints': [models.UniqueConstraint(fields=('user', 'channel', 'thread'), name='draft_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Scheduled',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('body', models.TextField()),
                ('send_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('stopped', 'Not sent')], default='waiting', max_length=8)),
                ('why', models.CharField(blank=True, default='', max_length=16)),
                ('key', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.channel')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.message')),
                ('organization', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organization')),
                ('thread', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.message')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['send_at', 'pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['send_at'], name='scheduled_due')],
            },
        ),
        migrations.RunSQL(PLACES + POLICIES, POLICIES_BACK + PLACES_BACK, elidable=False),
    ]
