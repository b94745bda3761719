"""What people may ask of bots, where bots are told, and the calls: each seen by those whose business it is, no others."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

OURS = "(SELECT id FROM bots_bot WHERE organization_id = ANY ((SELECT priv.orgs())::uuid[]))"
SEEN = "(SELECT id FROM bots_bot)"
ME = "(SELECT priv.actor())"
ITSELF = f"(SELECT id FROM bots_bot WHERE user_id = {ME})"
# One's own, while one knows of the bot; its organization's and the bot's own.
CALLED = f"bot_id IN {SEEN} AND (asked_by_id = {ME} OR bot_id IN {OURS} OR bot_id IN {ITSELF})"

POLICIES = f"""
ALTER TABLE bots_endpoint ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON bots_endpoint TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON bots_endpoint FOR SELECT TO collab_app USING (bot_id IN {OURS});
CREATE POLICY writing ON bots_endpoint FOR INSERT TO collab_app WITH CHECK (bot_id IN {OURS} AND created_by_id = {ME});
CREATE POLICY changing ON bots_endpoint FOR UPDATE TO collab_app USING (bot_id IN {OURS}) WITH CHECK (bot_id IN {OURS});
CREATE POLICY removing ON bots_endpoint FOR DELETE TO collab_app USING (bot_id IN {OURS});

ALTER TABLE bots_skill ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON bots_skill TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON bots_skill FOR SELECT TO collab_app USING (bot_id IN {SEEN});
CREATE POLICY writing ON bots_skill FOR INSERT TO collab_app WITH CHECK (bot_id IN {OURS} AND created_by_id = {ME});
CREATE POLICY removing ON bots_skill FOR DELETE TO collab_app USING (bot_id IN {OURS});

ALTER TABLE bots_call ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON bots_call TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON bots_call FOR SELECT TO collab_app USING ({CALLED});
CREATE POLICY writing ON bots_call FOR INSERT TO collab_app WITH CHECK (
    bot_id IN {SEEN} AND asked_by_id = {ME} AND (channel_id IS NULL OR channel_id = ANY ((SELECT priv.channels())::uuid[])));
CREATE POLICY changing ON bots_call FOR UPDATE TO collab_app USING (bot_id IN {ITSELF}) WITH CHECK (bot_id IN {ITSELF});
"""

BACK = "".join(
    f"DROP POLICY {name} ON {table};\n"
    for table, names in {
        "bots_call": "changing writing reading platform",
        "bots_skill": "removing writing reading platform",
        "bots_endpoint": "removing changing writing reading platform",
    }.items()
    for name in names.split()
)


class Migration(migrations.Migration):

    dependencies = [
        ('bots', '0002_inlets'),
        ('chat', '0034_agreed_holds'),
        ('orgs', '0013_agreed_holds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='bot',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('messages:read', 'Read channels and messages'), ('messages:write', 'Write messages, answer and react'), ('files:write', 'Bring files into channels'), ('people:read', 'See who is in the workspace'), ('calls:answer', 'Be called by a command or from a message, and answer')], max_length=20), size=None),
        ),
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('sealed_secret', models.TextField(blank=True)),
                ('old_secret', models.TextField(blank=True, default='')),
                ('old_secret_until', models.DateTimeField(null=True)),
                ('url', models.CharField(max_length=500, verbose_name='Address')),
                ('bot', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='endpoint', to='bots.bot')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('command', 'Command behind a slash'), ('message', 'Something to do with a message')], max_length=8, verbose_name='Kind')),
                ('name', models.CharField(blank=True, max_length=30)),
                ('name_zh', models.CharField(blank=True, max_length=30)),
                ('label', models.CharField(max_length=80)),
                ('label_zh', models.CharField(blank=True, max_length=80)),
                ('hint', models.CharField(blank=True, max_length=80)),
                ('bot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='bots.bot')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['kind', 'name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('skill_id', models.UUIDField(null=True)),
                ('called', models.CharField(max_length=81, verbose_name='Called')),
                ('words', models.TextField(blank=True)),
                ('language', models.CharField(max_length=16)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Given up'), ('withheld', 'Withheld')], default='waiting', max_length=9, verbose_name='State')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('duration_ms', models.PositiveIntegerField(null=True)),
                ('error', models.CharField(blank=True, max_length=20)),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('bot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='bots.bot')),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.channel')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.message')),
                ('organization', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organization')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['bot', '-id'], name='bot_call_newest'), models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='bot_call_due')],
            },
        ),
        migrations.RunSQL(POLICIES, BACK),
    ]
