"""What a flow of blocks needs: where runs lie, what is counted, why something stands still, and links of the events."""

import django.db.models.deletion
from django.db import migrations, models


VIEWED = "EXISTS (SELECT FROM approvals_viewer v WHERE v.instance_id = approvals_assignment.instance_id OFFSET 0)"
LET_INTO = "approvals_assignment.instance_id = ANY ((SELECT priv.approvals_let_into())::uuid[])"
OPENED = "'PENDING', 'WAITING', 'CANCELLED', 'AUTO_APPROVED', 'COPIED'"
# A slot begins without a word of anybody's in it.
OPENING = f"""
ALTER POLICY opening ON approvals_assignment
    WITH CHECK (({VIEWED} OR {LET_INTO}) AND state IN ({OPENED}) AND actor_id IS NULL);
"""
BEFORE = f"""
ALTER POLICY opening ON approvals_assignment
    WITH CHECK (({VIEWED} OR {LET_INTO}) AND state IN ('PENDING', 'WAITING'));
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0008_acquainted_sooner'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='assignment',
            name='assignment_place',
        ),
        migrations.AddField(
            model_name='assignment',
            name='added_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='helpers', to='approvals.assignment'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='part',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='assignment',
            name='view_hash',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='assignment',
            name='weight',
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='instance',
            name='amends',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='approvals.instance'),
        ),
        migrations.AddField(
            model_name='instance',
            name='proposal',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='instance',
            name='choices',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='instance',
            name='heads',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='instance',
            name='purpose',
            field=models.CharField(blank=True, choices=[('amend', 'Change'), ('revoke', 'Revocation')], db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='instanceevent',
            name='hash',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='instanceevent',
            name='prev',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='run',
            name='reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='run',
            name='tally',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='run',
            name='version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.version'),
        ),
        migrations.AlterField(
            model_name='assignment',
            name='state',
            field=models.CharField(choices=[('WAITING', 'Not asked yet'), ('PENDING', 'Waiting'), ('APPROVED', 'Approved'), ('REJECTED', 'Rejected'), ('ABSTAINED', 'Abstained'), ('RETURNED', 'Returned'), ('TRANSFERRED', 'Passed on'), ('CANCELLED', 'No longer needed'), ('REMOVED', 'Removed'), ('EXPIRED', 'Expired'), ('AUTO_APPROVED', 'Approved automatically'), ('COPIED', 'Sent a copy')], default='PENDING', max_length=16),
        ),
        migrations.RunSQL(OPENING, BEFORE),
    ]
