"""What is sent later keeps its files, and how its channel was classified when they were brought."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0032_reminders'),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='scheduled',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='files', to='chat.scheduled'),
        ),
        migrations.AddField(
            model_name='scheduled',
            name='label',
            field=models.CharField(blank=True, db_default='', default='', max_length=12),
        ),
        migrations.AlterField(
            model_name='scheduled',
            name='body',
            field=models.TextField(blank=True),
        ),
    ]
