"""Fill the index of what names amount to already."""

from django.db import migrations

# The words of the index, which Django makes only after all migrations; it finds and keeps these.
WORDS = """
INSERT INTO django_content_type (app_label, model) VALUES ('chat', 'channel') ON CONFLICT DO NOTHING;
INSERT INTO auth_permission (content_type_id, codename, name)
    SELECT t.id, v.codename, v.name FROM django_content_type t, (VALUES ('view_channel', 'Read the channel'),
        ('comment_channel', 'Write in it'), ('edit_channel', 'Let people in'), ('manage_channel', 'Decide how it works')
    ) v (codename, name) WHERE t.app_label = 'chat' AND t.model = 'channel' ON CONFLICT DO NOTHING;
SELECT priv.index_channels(NULL, NULL);
"""


class Migration(migrations.Migration):
    dependencies = [("auth", "0012_alter_user_first_name_max_length"), ("chat", "0003_grants")]

    operations = [migrations.RunSQL(WORDS, migrations.RunSQL.noop, elidable=False)]
