"""What an organization keeps beside shared things: for those of its people alone who may know of the thing."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


def among(function):
    return f"ANY ((SELECT priv.{function}())::uuid[])"


# Drawn like ``visible_to``: a kind that has no line here is closed.
SEEN = {"workspace": "workspaces", "approval": "approvals", "partnership": "partnerships"}
BESIDE = " OR ".join(f"(kind = '{kind}' AND object_id = {among(seen)})" for kind, seen in SEEN.items())
BESIDE += " OR (kind = 'channel' AND EXISTS (SELECT FROM chat_channel WHERE chat_channel.id = object_id))"
OURS = f"organization_id = {among('worked')} AND ({BESIDE})"
OWN = "author_id = (SELECT priv.actor())"

# FOR UPDATE asks the USING of UPDATE, so a colleague may lock; WITH CHECK says what may be left behind.
POLICIES = f"""
ALTER TABLE margins_note ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON margins_note TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON margins_note FOR SELECT TO collab_app USING ({OURS});
CREATE POLICY writing ON margins_note FOR INSERT TO collab_app WITH CHECK ({OURS} AND {OWN});
CREATE POLICY changing ON margins_note FOR UPDATE TO collab_app USING ({OURS}) WITH CHECK ({OURS} AND {OWN});
CREATE POLICY removing ON margins_note FOR DELETE TO collab_app USING ({OURS} AND {OWN});

ALTER TABLE margins_field ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON margins_field TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY reading ON margins_field FOR SELECT TO collab_app USING ({OURS});
CREATE POLICY writing ON margins_field FOR INSERT TO collab_app WITH CHECK ({OURS});
CREATE POLICY changing ON margins_field FOR UPDATE TO collab_app USING ({OURS}) WITH CHECK ({OURS});
CREATE POLICY removing ON margins_field FOR DELETE TO collab_app USING ({OURS});
"""

BACK = "".join(
    f"DROP POLICY {name} ON {table};\n"
    for table in ("margins_note", "margins_field")
    for name in ("platform", "reading", "writing", "changing", "removing")
)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('approvals', '0004_grants'),
        ('chat', '0007_reach'),
        ('orgs', '0003_row_level_security'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Field',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(max_length=16)),
                ('object_id', models.UUIDField()),
                ('name', models.CharField(max_length=60, verbose_name='Name')),
                ('value', models.CharField(max_length=500, verbose_name='Value')),
                ('place', models.PositiveSmallIntegerField()),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.organization')),
            ],
            options={
                'verbose_name': 'Internal field',
                'ordering': ['place', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('organization', 'kind', 'object_id', 'name'), name='margins_field_name')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('kind', models.CharField(max_length=16)),
                ('object_id', models.UUIDField()),
                ('body', models.TextField(max_length=10000, verbose_name='Note')),
                ('edited_at', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='orgs.organization')),
            ],
            options={
                'verbose_name': 'Internal note',
                'indexes': [models.Index(fields=['organization', 'kind', 'object_id', 'id'], name='margins_note_beside')],
            },
        ),
        migrations.RunSQL(POLICIES, BACK, elidable=False),
    ]
