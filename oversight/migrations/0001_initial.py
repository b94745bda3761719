import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Inspection',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(choices=[('workspace', 'Workspace'), ('channel', 'Channel'), ('approval', 'Approval')], max_length=16, verbose_name='Kind')),
                ('noun_id', models.UUIDField(verbose_name='Id')),
                ('noun_name', models.CharField(max_length=200, verbose_name='Object')),
                ('workspace_id', models.UUIDField(null=True)),
                ('org_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('reason', models.CharField(max_length=300, verbose_name='Reason')),
                ('minutes', models.PositiveSmallIntegerField(verbose_name='Minutes')),
                ('state', models.CharField(choices=[('asked', 'Waits for a second operator'), ('open', 'Open'), ('refused', 'Refused'), ('ended', 'Ended')], default='asked', max_length=8, verbose_name='State')),
                ('ends_at', models.DateTimeField(null=True, verbose_name='Until')),
                ('approver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Second operator')),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Who')),
            ],
            options={
                'verbose_name': 'inspection',
                'verbose_name_plural': 'Inspections',
                'ordering': ['-id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('approver', None), models.Q(('approver', models.F('operator')), _negated=True), _connector='OR'), name='inspection_two_operators'),
                    models.CheckConstraint(condition=models.Q(('minutes__gte', 1), ('minutes__lte', 240)), name='inspection_some_hours'),
                ],
            },
        ),
        migrations.CreateModel(
            name='OperatorInvitation',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('email', models.EmailField(max_length=254, verbose_name='E-mail')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'Accepted'), ('revoked', 'Revoked')], default='open', max_length=16, verbose_name='State')),
                ('expires_at', models.DateTimeField(verbose_name='Until')),
                ('inviter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Inviter')),
            ],
            options={
                'verbose_name': "operator's invitation",
                'verbose_name_plural': "Operators' invitations",
                'ordering': ['-id'],
            },
        ),
    ]
