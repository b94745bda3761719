"""What asks for an act is followed up, by the platform alone, and each person says how soon they are reminded."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.db import migrations, models


POLICIES = """
REVOKE ALL ON notifications_chase FROM collab_app;
ALTER TABLE notifications_chase ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON notifications_chase TO collab_system USING (true) WITH CHECK (true);
"""
BACK = "DROP POLICY platform ON notifications_chase"


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0006_tellings'),
    ]

    operations = [
        migrations.AddField(
            model_name='rest',
            name='remind_hours',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='telling',
            name='way',
            field=models.CharField(choices=[('in_app', 'Inbox'), ('mail', 'Mail'), ('daily', 'Daily letter'), ('push', 'Push'), ('reminder', 'Reminder')], max_length=8, verbose_name='Way'),
        ),
        migrations.CreateModel(
            name='Chase',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('reminded', models.BooleanField(default=False)),
                ('due_at', models.DateTimeField()),
                ('notice', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='chase', to='notifications.notice')),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='chase_due')],
            },
        ),
        migrations.RunSQL(POLICIES, BACK, elidable=False),
    ]
