"""What somebody hears of a thread they follow: each answer, or those that name them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('chat', '0023_hearing')]

    operations = [
        migrations.AddField(
            model_name='follow',
            name='hears',
            field=models.CharField(choices=[('all', 'Every answer'), ('named', 'Answers that name you')], max_length=8, null=True),
        ),
    ]
