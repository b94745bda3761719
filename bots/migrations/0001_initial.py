"""Bots, and who refuses them: everybody who may enter the room sees both; each organization writes its own."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


ENTERED = "workspace_id = ANY ((SELECT priv.workspaces())::uuid[])"
OURS = "organization_id = ANY ((SELECT priv.orgs())::uuid[])"
ME = "(SELECT priv.actor())"

# FOR UPDATE asks the USING of UPDATE, so whoever may enter may lock; WITH CHECK says who may change. The last one lets
# an organization take away the seat of another's program that it refuses.
POLICIES = f"""
ALTER TABLE bots_bot ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON bots_bot TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON bots_bot FOR SELECT TO collab_app USING ({ENTERED});
CREATE POLICY writing ON bots_bot FOR INSERT TO collab_app WITH CHECK ({ENTERED} AND {OURS} AND created_by_id = {ME});
CREATE POLICY changing ON bots_bot FOR UPDATE TO collab_app USING ({ENTERED}) WITH CHECK ({OURS});

ALTER TABLE bots_refusal ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON bots_refusal TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON bots_refusal FOR SELECT TO collab_app USING (bot_id IN (SELECT id FROM bots_bot));
CREATE POLICY writing ON bots_refusal FOR INSERT TO collab_app
    WITH CHECK ({OURS} AND refused_by_id = {ME} AND bot_id IN (SELECT id FROM bots_bot));
CREATE POLICY removing ON bots_refusal FOR DELETE TO collab_app USING ({OURS});

CREATE POLICY refused ON workspaces_member FOR DELETE TO collab_app USING ({ENTERED} AND EXISTS (
    SELECT FROM bots_bot b JOIN bots_refusal r ON r.bot_id = b.id
     WHERE b.user_id = workspaces_member.user_id AND b.workspace_id = workspaces_member.workspace_id
       AND r.{OURS}));
"""

BACK = """
DROP POLICY refused ON workspaces_member;
DROP POLICY removing ON bots_refusal;
DROP POLICY writing ON bots_refusal;
DROP POLICY reading ON bots_refusal;
DROP POLICY platform ON bots_refusal;
DROP POLICY changing ON bots_bot;
DROP POLICY writing ON bots_bot;
DROP POLICY reading ON bots_bot;
DROP POLICY platform ON bots_bot;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orgs', '0006_patience'),
        ('workspaces', '0006_homes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bot',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('purpose', models.CharField(max_length=200, verbose_name='What it is for')),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('messages:read', 'Read channels and messages'), ('messages:write', 'Write messages, answer and react'), ('files:write', 'Bring files into channels'), ('people:read', 'See who is in the workspace')], max_length=20), size=None)),
                ('ended_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.organization')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='bot', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bots', to='workspaces.workspace')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='Reason')),
                ('bot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refusals', to='bots.bot')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.organization')),
                ('refused_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='bot',
            constraint=models.UniqueConstraint(fields=('id', 'workspace'), name='bot_place'),
        ),
        migrations.AddConstraint(
            model_name='refusal',
            constraint=models.UniqueConstraint(fields=('bot', 'organization'), name='bot_refused_once'),
        ),
        migrations.RunSQL(POLICIES, BACK),
    ]
