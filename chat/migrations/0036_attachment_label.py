"""A file knows what its channel was marked when it was brought."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0035_reach'),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='label',
            field=models.CharField(blank=True, db_default='', default='', max_length=16),
        ),
    ]
