"""Devices that are told by push, what is on its way to them, and whether somebody wants it."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

# A device goes with its session, by whatever hand that ends; a push outlives its device, and is dropped.
TIES = """
ALTER TABLE notifications_device ADD CONSTRAINT device_of_session
    FOREIGN KEY (session_id) REFERENCES accounts_session (id) ON DELETE CASCADE;
ALTER TABLE notifications_push ADD CONSTRAINT push_to_device
    FOREIGN KEY (device_id) REFERENCES notifications_device (id) ON DELETE SET NULL;
"""
UNTIE = """
ALTER TABLE notifications_push DROP CONSTRAINT push_to_device;
ALTER TABLE notifications_device DROP CONSTRAINT device_of_session;
"""
POLICIES = """
ALTER TABLE notifications_device ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON notifications_device TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY choosing ON notifications_device TO collab_app
    USING (user_id = (SELECT priv.actor())) WITH CHECK (user_id = (SELECT priv.actor()));

REVOKE ALL ON notifications_push FROM collab_app;
GRANT SELECT ON notifications_push TO collab_app;
ALTER TABLE notifications_push ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON notifications_push TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON notifications_push FOR SELECT TO collab_app
    USING (user_id = (SELECT priv.actor()));
"""
BACK = """
DROP POLICY reading ON notifications_push;
DROP POLICY platform ON notifications_push;
DROP POLICY choosing ON notifications_device;
DROP POLICY platform ON notifications_device;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sessions'),
        ('notifications', '0004_rest'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='preference',
            name='push',
            field=models.BooleanField(null=True),
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('endpoint', models.CharField(max_length=500)),
                ('public_key', models.CharField(max_length=100)),
                ('secret', models.CharField(max_length=32)),
                ('session', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='device_told', to='accounts.session')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Push',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('failed', 'Failed'), ('dropped', 'Dropped')], default='waiting', max_length=16, verbose_name='State')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=40)),
                ('device', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='notifications.device')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pushes', to='notifications.notice')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'Pushes',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='push_due'), models.Index(fields=['user', '-id'], name='push_newest')],
                'constraints': [models.UniqueConstraint(fields=('notice', 'device'), name='push_once')],
            },
        ),
        migrations.RunSQL(TIES, UNTIE, elidable=False),
        migrations.RunSQL(POLICIES, BACK, elidable=False),
    ]
