"""How somebody has arranged their sidebar: theirs alone."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

before = import_module("chat.migrations.0019_saved")
MINE = f"user_id = {before.ME}"
SHELVES = f"""
ALTER TABLE chat_shelf ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON chat_shelf TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON chat_shelf FOR SELECT TO collab_app USING ({MINE});
CREATE POLICY keeping ON chat_shelf FOR INSERT TO collab_app WITH CHECK ({MINE});
CREATE POLICY changing ON chat_shelf FOR UPDATE TO collab_app USING ({MINE}) WITH CHECK ({MINE});
CREATE POLICY letting_go ON chat_shelf FOR DELETE TO collab_app USING ({MINE});
"""


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0021_follows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Shelf',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('name', models.CharField(max_length=40, verbose_name='Name')),
                ('place', models.PositiveSmallIntegerField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['place', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Arrangement',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('standing', models.CharField(choices=[('room', 'Under its workspace'), ('starred', 'Among the favourites'), ('shelved', "In a section of one's own"), ('hidden', 'Hidden')], default='room', max_length=8)),
                ('is_muted', models.BooleanField(default=False)),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='arrangements', to='chat.channel')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shelf', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='chat.shelf')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'channel'), name='arrangement_once'), models.CheckConstraint(condition=models.Q(models.Q(('shelf__isnull', False), ('standing', 'shelved')), models.Q(models.Q(('standing', 'shelved'), _negated=True), ('shelf__isnull', True)), _connector='OR'), name='arrangement_shelf')],
            },
        ),
        migrations.RunSQL(
            SHELVES + before.own("chat_arrangement"),
            before.nobodys("chat_arrangement") + before.nobodys("chat_shelf"),
            elidable=False,
        ),
    ]
