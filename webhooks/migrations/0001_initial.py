"""Webhooks and what became of them: for owners and admins of the organization that is told, and nobody else."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


OURS = "organization_id = ANY ((SELECT priv.steered())::uuid[])"

# A delivery names the organization of its webhook, so that no row mixes two. The platform alone settles it; who deletes
# a webhook deletes its log.
POLICIES = f"""
ALTER TABLE webhooks_delivery ADD CONSTRAINT webhook_delivery_place FOREIGN KEY (webhook_id, organization_id)
    REFERENCES webhooks_webhook (id, organization_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE webhooks_webhook ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON webhooks_webhook TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON webhooks_webhook FOR SELECT TO collab_app USING ({OURS});
CREATE POLICY writing ON webhooks_webhook FOR INSERT TO collab_app
    WITH CHECK ({OURS} AND created_by_id = (SELECT priv.actor()));
CREATE POLICY changing ON webhooks_webhook FOR UPDATE TO collab_app USING ({OURS}) WITH CHECK ({OURS});
CREATE POLICY removing ON webhooks_webhook FOR DELETE TO collab_app USING ({OURS});

ALTER TABLE webhooks_delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON webhooks_delivery TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON webhooks_delivery FOR SELECT TO collab_app USING ({OURS});
CREATE POLICY asking ON webhooks_delivery FOR INSERT TO collab_app WITH CHECK ({OURS} AND state = 'waiting');
CREATE POLICY removing ON webhooks_delivery FOR DELETE TO collab_app USING ({OURS});
"""

BACK = """
ALTER TABLE webhooks_delivery DROP CONSTRAINT webhook_delivery_place;
DROP POLICY removing ON webhooks_delivery;
DROP POLICY asking ON webhooks_delivery;
DROP POLICY reading ON webhooks_delivery;
DROP POLICY platform ON webhooks_delivery;
DROP POLICY removing ON webhooks_webhook;
DROP POLICY changing ON webhooks_webhook;
DROP POLICY writing ON webhooks_webhook;
DROP POLICY reading ON webhooks_webhook;
DROP POLICY platform ON webhooks_webhook;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orgs', '0005_countries'),
        ('workspaces', '0004_countries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('name', models.CharField(max_length=80, verbose_name='Name')),
                ('url', models.CharField(max_length=500, verbose_name='Address')),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('state', models.CharField(choices=[('active', 'Running'), ('paused', 'Paused'), ('disabled', 'Turned off')], default='active', max_length=8, verbose_name='State')),
                ('reason', models.CharField(blank=True, choices=[('failing', 'It failed for five days.'), ('gone', 'The host said that the address is gone (410).')], max_length=8)),
                ('sealed_secret', models.TextField()),
                ('old_secret', models.TextField(blank=True)),
                ('old_secret_until', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('rests_until', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to='orgs.organization')),
                ('workspace', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('event', models.CharField(max_length=40, verbose_name='Event')),
                ('event_id', models.UUIDField()),
                ('about_id', models.UUIDField(null=True)),
                ('happened_at', models.DateTimeField()),
                ('is_again', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Given up'), ('withheld', 'Withheld')], default='waiting', max_length=9, verbose_name='State')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('tried_at', models.DateTimeField(null=True)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('duration_ms', models.PositiveIntegerField(null=True)),
                ('answer', models.TextField(blank=True)),
                ('error', models.CharField(blank=True, max_length=20)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.organization')),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='webhooks.webhook')),
            ],
            options={
                'verbose_name_plural': 'Deliveries',
                'ordering': ['-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='webhook',
            constraint=models.UniqueConstraint(fields=('id', 'organization'), name='webhook_place'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['webhook', '-id'], name='webhook_newest'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='webhook_due'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('is_again', False)), fields=('webhook', 'event_id'), name='webhook_told_once'),
        ),
        migrations.RunSQL(POLICIES, BACK, elidable=False),
    ]
