"""Files in channels: read with the channel; one that no message carries yet, by whoever brought it."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

READ = "ANY ((SELECT priv.channels())::uuid[])"
ME = "(SELECT priv.actor())"
POLICIES = f"""
ALTER TABLE chat_attachment ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_attachment TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_attachment FOR SELECT TO collab_app
    USING (channel_id = {READ} AND (message_id IS NOT NULL OR uploader_id = {ME}));
CREATE POLICY bringing ON chat_attachment FOR INSERT TO collab_app
    WITH CHECK (uploader_id = {ME} AND message_id IS NULL AND channel_id = {READ});
CREATE POLICY sending ON chat_attachment FOR UPDATE TO collab_app
    USING (uploader_id = {ME} AND message_id IS NULL AND channel_id = {READ}) WITH CHECK (uploader_id = {ME});
CREATE POLICY removing ON chat_attachment FOR DELETE TO collab_app USING (channel_id = {READ});
-- A file stands in the channel of its message.
ALTER TABLE chat_attachment ADD CONSTRAINT attachment_in_channel FOREIGN KEY (message_id, channel_id)
    REFERENCES chat_message (id, channel_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE chat_message ALTER COLUMN attached SET DEFAULT '[]';
"""
BACK = """
ALTER TABLE chat_message ALTER COLUMN attached DROP DEFAULT;
ALTER TABLE chat_attachment DROP CONSTRAINT attachment_in_channel;
"""


class Migration(migrations.Migration):
    # allows NOT_NULL: an empty list for what was said before, which PostgreSQL does not write row by row
    dependencies = [
        ('chat', '0011_held_channels'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='attached',
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('name', models.CharField(max_length=200, verbose_name='Name')),
                ('size', models.BigIntegerField()),
                ('content_type', models.CharField(max_length=100)),
                ('digest', models.CharField(max_length=64)),
                ('stored', models.CharField(max_length=200)),
                ('preview', models.CharField(blank=True, max_length=200)),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('seconds', models.PositiveIntegerField(null=True)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.channel')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='chat.message')),
                ('uploader', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'Attachment',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['message'], name='attachment_message'), models.Index(condition=models.Q(('message__isnull', True)), fields=['created_at'], name='attachment_unsent')],
            },
        ),
        migrations.RunSQL(POLICIES, BACK, elidable=False),
    ]
