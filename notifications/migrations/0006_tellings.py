"""The log of what was told and how. Its reader sees the notices too that went by mail or push alone."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

POLICIES = """
REVOKE ALL ON notifications_telling FROM collab_app;
GRANT SELECT ON notifications_telling TO collab_app;
ALTER TABLE notifications_telling ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON notifications_telling TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON notifications_telling FOR SELECT TO collab_app
    USING (user_id = (SELECT priv.actor()));

ALTER POLICY reading ON notifications_notice USING (recipient_id = (SELECT priv.actor()));
"""
BACK = """
ALTER POLICY reading ON notifications_notice USING (recipient_id = (SELECT priv.actor()) AND in_app);
DROP POLICY reading ON notifications_telling;
DROP POLICY platform ON notifications_telling;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0005_push'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Telling',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('way', models.CharField(choices=[('in_app', 'Inbox'), ('mail', 'Mail'), ('daily', 'Daily letter'), ('push', 'Push')], max_length=8, verbose_name='Way')),
                ('outcome', models.CharField(choices=[('waiting', 'On its way'), ('held', 'Held back'), ('folded', 'In the next daily letter'), ('sent', 'Told'), ('failed', 'Refused'), ('dropped', 'Not sent'), ('off', 'Switched off')], max_length=8, verbose_name='Outcome')),
                ('why', models.CharField(blank=True, default='', max_length=40)),
                ('until', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('carrier_id', models.UUIDField(null=True)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tellings', to='notifications.notice')),
                ('user', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['user', '-id'], name='telling_newest'), models.Index(condition=models.Q(('carrier_id__isnull', False)), fields=['carrier_id'], name='telling_carrier')],
            },
        ),
        migrations.RunSQL(POLICIES, BACK, elidable=False),
    ]
