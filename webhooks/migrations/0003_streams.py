"""Streams of a record: for owners and admins of the organization whose record flows, and nobody else."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


OURS = "organization_id = ANY ((SELECT priv.steered())::uuid[])"

POLICIES = f"""
ALTER TABLE webhooks_stream ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON webhooks_stream TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON webhooks_stream FOR SELECT TO collab_app USING ({OURS});
CREATE POLICY writing ON webhooks_stream FOR INSERT TO collab_app
    WITH CHECK ({OURS} AND created_by_id = (SELECT priv.actor()));
CREATE POLICY changing ON webhooks_stream FOR UPDATE TO collab_app USING ({OURS}) WITH CHECK ({OURS});
CREATE POLICY removing ON webhooks_stream FOR DELETE TO collab_app USING ({OURS});
"""

BACK = """
DROP POLICY removing ON webhooks_stream;
DROP POLICY changing ON webhooks_stream;
DROP POLICY writing ON webhooks_stream;
DROP POLICY reading ON webhooks_stream;
DROP POLICY platform ON webhooks_stream;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0005_countries'),
        ('webhooks', '0002_robots'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('name', models.CharField(max_length=80, verbose_name='Name')),
                ('kind', models.CharField(choices=[('syslog', 'Syslog over TLS (RFC 5424)'), ('https', 'HTTPS, signed batches of JSON lines')], max_length=8, verbose_name='Kind')),
                ('address', models.CharField(max_length=500, verbose_name='Address')),
                ('state', models.CharField(choices=[('active', 'Running'), ('paused', 'Paused'), ('disabled', 'Turned off')], default='active', max_length=8, verbose_name='State')),
                ('reason', models.CharField(blank=True, choices=[('failing', 'It failed for five days.'), ('gone', 'The host said that the address is gone (410).')], max_length=8)),
                ('sealed_secret', models.TextField(blank=True)),
                ('last_seq', models.BigIntegerField(default=0)),
                ('arrived_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('failing_since', models.DateTimeField(null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=20)),
                ('tested_at', models.DateTimeField(null=True)),
                ('test_error', models.CharField(blank=True, max_length=20)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='streams', to='orgs.organization')),
            ],
            options={
                'ordering': ['name', 'pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'active')), fields=['due_at'], name='stream_due')],
            },
        ),
        migrations.RunSQL(POLICIES, BACK, elidable=False),
    ]
