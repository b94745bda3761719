"""Rights on single requests, and who reaches a request because of them."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

LEVELS = [
    ("view", "View"),
    ("comment", "Write"),
    ("edit", "Edit"),
    ("manage", "Manage"),
]

SEEN = """
CREATE OR REPLACE FUNCTION priv.approvals() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(found.id), '{}') FROM (
    SELECT i.id FROM public.approvals_instance i
     WHERE i.initiator_id = priv.actor() AND i.acting_org_id = ANY ((SELECT priv.worked())::uuid[])
    UNION
    SELECT a.instance_id FROM public.approvals_assignment a JOIN public.approvals_run r ON r.id = a.run_id
     WHERE a.principal_id = priv.actor() AND r.party_org_id = ANY ((SELECT priv.worked())::uuid[])
    UNION
    SELECT r.instance_id FROM public.approvals_run r WHERE r.party_org_id = ANY ((SELECT priv.steered())::uuid[])
"""
GRANTED = """    UNION
    SELECT g.on_id FROM public.approvals_instancegrant g
     WHERE g.given_for_id = ANY ((SELECT priv.worked())::uuid[]) AND (g.expires_at IS NULL OR g.expires_at > now())
       AND (g.user_id = priv.actor() OR g.organization_id = g.given_for_id
         OR g.department_id = ANY ((SELECT priv.departments(priv.actor(), NULL))::uuid[]))
"""
END = ") found $$;\n"

REACHED = "on_id = ANY ((SELECT priv.approvals())::uuid[])"
OURS = "given_for_id = ANY ((SELECT priv.worked())::uuid[])"  # the other side's are none of ours to know

POLICIES = f"""
ALTER TABLE approvals_instancegrant ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON approvals_instancegrant TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY seeing ON approvals_instancegrant FOR SELECT TO collab_app USING ({REACHED} AND {OURS});
CREATE POLICY giving ON approvals_instancegrant FOR INSERT TO collab_app
    WITH CHECK ({REACHED} AND {OURS} AND given_by_id = (SELECT priv.actor()));
CREATE POLICY changing ON approvals_instancegrant FOR UPDATE TO collab_app USING ({REACHED} AND {OURS});
CREATE POLICY taking_back ON approvals_instancegrant FOR DELETE TO collab_app USING ({REACHED} AND {OURS});
"""

BACK = SEEN + END + "".join(
    f"DROP POLICY {name} ON approvals_instancegrant;\n"
    for name in ("platform", "seeing", "giving", "changing", "taking_back")
)


def key(to, **options):
    on_delete = options.pop("on_delete", django.db.models.deletion.CASCADE)
    return models.ForeignKey(on_delete=on_delete, related_name=options.pop("related_name", "+"), to=to, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("approvals", "0003_row_level_security"),
        ("orgs", "0003_row_level_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InstanceGrant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("level", models.CharField(choices=LEVELS, max_length=8, verbose_name="Right")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="Until")),
                ("department", key("orgs.department", null=True)),
                ("given_by", key(settings.AUTH_USER_MODEL, on_delete=django.db.models.deletion.PROTECT)),
                ("given_for", key("orgs.organization", on_delete=django.db.models.deletion.PROTECT)),
                ("on", key("approvals.instance", related_name="grants")),
                ("organization", key("orgs.organization", null=True)),
                ("user", key(settings.AUTH_USER_MODEL, null=True)),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("department", None), ("user", None)),
                            models.Q(("organization", None), ("user", None)),
                            models.Q(("department", None), ("organization", None)),
                            _connector="OR",
                        ),
                        name="approvals_instancegrant_for_one",
                    ),
                    models.UniqueConstraint(
                        fields=("on", "user", "department", "organization"),
                        name="approvals_instancegrant_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.RunSQL(SEEN + GRANTED + END + POLICIES, BACK, elidable=False),
    ]
