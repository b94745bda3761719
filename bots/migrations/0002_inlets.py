"""Addresses at which bots speak: known to those who may know of the bot and read the channel."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


SEEN = "bot_id IN (SELECT id FROM bots_bot) AND channel_id = ANY ((SELECT priv.channels())::uuid[])"
# Whoever runs the bot writes them; the bot itself notes that one was used.
WRITES = """bot_id IN (SELECT id FROM bots_bot
    WHERE organization_id = ANY ((SELECT priv.orgs())::uuid[]) OR user_id = (SELECT priv.actor()))"""
OF_SEEN = "inlet_id IN (SELECT id FROM bots_inlet)"

POLICIES = f"""
ALTER TABLE bots_inlet ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON bots_inlet TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON bots_inlet FOR SELECT TO collab_app USING ({SEEN});
CREATE POLICY writing ON bots_inlet FOR INSERT TO collab_app
    WITH CHECK ({SEEN} AND {WRITES} AND created_by_id = (SELECT priv.actor()));
CREATE POLICY changing ON bots_inlet FOR UPDATE TO collab_app USING ({SEEN}) WITH CHECK ({WRITES});
CREATE POLICY removing ON bots_inlet FOR DELETE TO collab_app USING ({SEEN} AND {WRITES});

ALTER TABLE bots_inletthread ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON bots_inletthread TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON bots_inletthread FOR SELECT TO collab_app USING ({OF_SEEN});
CREATE POLICY writing ON bots_inletthread FOR INSERT TO collab_app
    WITH CHECK (inlet_id IN (SELECT id FROM bots_inlet WHERE {WRITES}));
CREATE POLICY removing ON bots_inletthread FOR DELETE TO collab_app
    USING (inlet_id IN (SELECT id FROM bots_inlet WHERE {WRITES}));

ALTER TABLE bots_inletrefusal ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON bots_inletrefusal TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON bots_inletrefusal FOR SELECT TO collab_app USING ({OF_SEEN});
CREATE POLICY removing ON bots_inletrefusal FOR DELETE TO collab_app
    USING (inlet_id IN (SELECT id FROM bots_inlet WHERE {WRITES}));
"""

BACK = "".join(
    f"DROP POLICY {name} ON {table};\n"
    for table, names in {
        "bots_inletrefusal": "removing reading platform",
        "bots_inletthread": "removing writing reading platform",
        "bots_inlet": "removing changing writing reading platform",
    }.items()
    for name in names.split()
)


class Migration(migrations.Migration):

    dependencies = [
        ('bots', '0001_initial'),
        ('chat', '0022_arrangements'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Inlet',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('old_digest', models.CharField(blank=True, max_length=64)),
                ('old_until', models.DateTimeField(null=True)),
                ('paused_at', models.DateTimeField(null=True)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('bot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inlets', to='bots.bot')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.channel')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='InletRefusal',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('code', models.CharField(max_length=40)),
                ('status', models.PositiveSmallIntegerField()),
                ('inlet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refused', to='bots.inlet')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='InletThread',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('key', models.CharField(max_length=64)),
                ('inlet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='threads', to='bots.inlet')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chat.message')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('inlet', 'key'), name='inlet_thread_once')],
            },
        ),
        migrations.RunSQL(POLICIES, BACK),
    ]
