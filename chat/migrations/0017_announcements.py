"""Who posts in a channel: everybody who writes there, or those who arrange it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0016_forwards'),
    ]

    operations = [
        migrations.AddField(
            model_name='channel',
            name='posting',
            field=models.CharField(blank=True, choices=[('managers', 'Only managers post; everybody reads, reacts and answers in threads')], max_length=8, null=True, verbose_name='Who posts'),
        ),
    ]
