"""A draft may be put away: it has no number, as before it was sent."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0026_next_waiting'),
        ('orgs', '0013_agreed_holds'),
        ('workspaces', '0008_own_rooms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='instance',
            name='instance_numbered',
        ),
        migrations.AlterField(
            model_name='instance',
            name='state',
            field=models.CharField(choices=[('DRAFT', 'Draft'), ('DISCARDED', 'Discarded'), ('RUNNING', 'In progress'), ('SUSPENDED', 'Suspended'), ('RETURNED', 'Returned'), ('APPROVED', 'Approved'), ('REJECTED', 'Rejected'), ('WITHDRAWN', 'Withdrawn'), ('TERMINATED', 'Terminated'), ('VOIDED', 'Voided')], default='DRAFT', max_length=16, verbose_name='State'),
        ),
        migrations.AlterField(
            model_name='paper',
            name='state',
            field=models.CharField(choices=[('DRAFT', 'Draft'), ('DISCARDED', 'Discarded'), ('RUNNING', 'In progress'), ('SUSPENDED', 'Suspended'), ('RETURNED', 'Returned'), ('APPROVED', 'Approved'), ('REJECTED', 'Rejected'), ('WITHDRAWN', 'Withdrawn'), ('TERMINATED', 'Terminated'), ('VOIDED', 'Voided')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['DRAFT', 'DISCARDED']), models.Q(('number', ''), _negated=True), _connector='OR'), name='instance_numbered'),
        ),
    ]
