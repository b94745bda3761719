"""What somebody wants to hear of in a channel, and the words they listen for: theirs alone."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

MINE = f"user_id = {import_module('chat.migrations.0019_saved').ME}"
POLICIES = f"""
ALTER TABLE chat_keyword ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_keyword TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY listening ON chat_keyword TO collab_app USING ({MINE}) WITH CHECK ({MINE});
"""
BACK = """
DROP POLICY listening ON chat_keyword;
DROP POLICY platform ON chat_keyword;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0022_arrangements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='arrangement',
            name='hears',
            field=models.CharField(choices=[('all', 'Every message'), ('named', 'Mentions and your keywords'), ('nothing', 'Nothing')], max_length=8, null=True),
        ),
        migrations.CreateModel(
            name='Keyword',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('word', models.CharField(max_length=40)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['word'],
                'constraints': [models.UniqueConstraint(fields=('user', 'word'), name='keyword_once')],
            },
        ),
        migrations.RunSQL(POLICIES, BACK, elidable=False),
    ]
