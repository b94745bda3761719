"""Questions for access: known to who asks and to those who may answer."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


FUNCTIONS = """
CREATE FUNCTION priv.highest(one text, other text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT CASE WHEN 'confidential' IN (one, other) THEN 'confidential' WHEN 'internal' IN (one, other) THEN 'internal'
            ELSE 'public' END $$;

CREATE FUNCTION priv.rank(word text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
SELECT CASE word WHEN 'view' THEN 1 WHEN 'viewer' THEN 1 WHEN 'comment' THEN 2 WHEN 'commenter' THEN 2
                 WHEN 'edit' THEN 3 WHEN 'editor' THEN 3 WHEN 'manage' THEN 4 WHEN 'manager' THEN 4 ELSE 0 END $$;

-- The departments somebody works in, of one organization or of all, and those above them.
CREATE FUNCTION priv.departments(person uuid, org uuid) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
WITH RECURSIVE up AS (
    SELECT d.id, d.parent_id FROM public.orgs_department d JOIN public.orgs_membership s ON s.department_id = d.id
     WHERE s.user_id = person AND (org IS NULL OR s.organization_id = org) AND s.state = 'active'
    UNION SELECT d.id, d.parent_id FROM public.orgs_department d JOIN up ON d.id = up.parent_id
) SELECT coalesce(array_agg(id), '{}') FROM up $$;
"""

ASKS = "asked_by_id = (SELECT priv.actor()) OR (SELECT priv.actor()) = ANY (asks)"

POLICIES = f"""
ALTER TABLE access_request ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON access_request TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY asked ON access_request FOR SELECT TO collab_app USING ({ASKS});
CREATE POLICY asking ON access_request FOR INSERT TO collab_app WITH CHECK (asked_by_id = (SELECT priv.actor()));
CREATE POLICY answering ON access_request FOR UPDATE TO collab_app USING ({ASKS});
"""

BACK = """
DROP POLICY platform ON access_request;
DROP POLICY asked ON access_request;
DROP POLICY asking ON access_request;
DROP POLICY answering ON access_request;
DROP FUNCTION priv.departments(uuid, uuid), priv.rank(text), priv.highest(text, text);
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('orgs', '0002_alter_organization_slug'),
        ('workspaces', '0003_clearances'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(max_length=16)),
                ('object_id', models.UUIDField()),
                ('object_name', models.CharField(max_length=200)),
                ('level', models.CharField(choices=[('view', 'View'), ('comment', 'Write'), ('edit', 'Edit'), ('manage', 'Manage')], max_length=8)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('asks', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('state', models.CharField(choices=[('open', 'Open'), ('granted', 'Granted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='open', max_length=16)),
                ('answered_at', models.DateTimeField(null=True)),
                ('comment', models.CharField(blank=True, max_length=500)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_for', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.organization')),
                ('workspace', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='workspaces.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('kind', 'object_id', 'asked_by'), name='request_once')],
            },
        ),
        migrations.RunSQL(FUNCTIONS + POLICIES, BACK, elidable=False),
    ]
