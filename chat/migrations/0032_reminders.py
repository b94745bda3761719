"""What people note for themselves to be reminded of: theirs alone."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

MINE = f"user_id = {import_module('chat.migrations.0019_saved').ME}"
POLICIES = f"""
ALTER TABLE chat_reminder ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_reminder TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY noting ON chat_reminder TO collab_app USING ({MINE}) WITH CHECK ({MINE});
"""
BACK = """
DROP POLICY noting ON chat_reminder;
DROP POLICY platform ON chat_reminder;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0031_discoveries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('words', models.CharField(max_length=200)),
                ('remind_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['remind_at', 'pk'],
                'indexes': [models.Index(condition=models.Q(('told_at', None)), fields=['remind_at'], name='reminder_due')],
            },
        ),
        migrations.RunSQL(POLICIES, BACK, elidable=False),
    ]
