"""Who decides for somebody who is away, and which requests they know of by it."""

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


def among(call):
    return f"ANY ((SELECT priv.{call})::uuid[])"


ME = "(SELECT priv.actor())"
WORKED, STEERED = map(among, ("worked()", "steered()"))

FUNCTIONS = f"""
-- For whom one person may decide now: directly, or as the second or third of a chain that holds in each of its links.
CREATE FUNCTION priv.stands_for(one uuid)
RETURNS TABLE (principal uuid, organization uuid, definition uuid, workspace uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
WITH RECURSIVE standing AS (
    SELECT d.* FROM public.approvals_delegation d
     WHERE d.ended_at IS NULL AND d.since <= now() AND d.until > now()
), chain AS (
    SELECT d.principal_id, d.organization_id, d.definition_id, d.workspace_id, 1 AS links FROM standing d
     WHERE d.delegate_id = one
    UNION
    SELECT d.principal_id, d.organization_id, coalesce(c.definition_id, d.definition_id),
           coalesce(c.workspace_id, d.workspace_id), c.links + 1
      FROM chain c JOIN standing d ON d.delegate_id = c.principal_id AND d.organization_id = c.organization_id
     WHERE c.links < 3
       AND (c.definition_id IS NULL OR d.definition_id IS NULL OR c.definition_id = d.definition_id)
       AND (c.workspace_id IS NULL OR d.workspace_id IS NULL OR c.workspace_id = d.workspace_id)
)
SELECT DISTINCT c.principal_id, c.organization_id, c.definition_id, c.workspace_id FROM chain c
 WHERE c.principal_id <> one AND EXISTS (
    SELECT FROM public.orgs_membership m JOIN public.orgs_organization o ON o.id = m.organization_id AND o.state = 'active'
      JOIN public.accounts_user u ON u.id = m.user_id AND u.is_active
     WHERE m.user_id = one AND m.organization_id = c.organization_id AND m.state = 'active' AND m.role <> 'auditor') $$;

CREATE FUNCTION priv.stood_for() RETURNS TABLE (principal uuid, organization uuid, definition uuid, workspace uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT * FROM priv.stands_for(priv.actor()) $$;

CREATE FUNCTION priv.principals() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(DISTINCT s.principal), '{{}}') FROM priv.stands_for(priv.actor()) s $$;

-- What waits for somebody they stand in for, but for what they ask themselves; and where they have decided so.
CREATE FUNCTION priv.requests_stood_for(one uuid) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
SELECT coalesce(array_agg(found.instance_id), '{{}}') FROM (
    SELECT a.instance_id FROM priv.stands_for(one) s
      JOIN public.approvals_assignment a ON a.principal_id = s.principal AND a.state = 'PENDING'
      JOIN public.approvals_run r ON r.id = a.run_id AND r.party_org_id = s.organization
      JOIN public.approvals_instance i ON i.id = a.instance_id
     WHERE i.initiator_id <> one AND (s.definition IS NULL OR s.definition = i.definition_id)
       AND (s.workspace IS NULL OR s.workspace = i.workspace_id)
    UNION
    SELECT a.instance_id FROM public.approvals_assignment a JOIN public.approvals_run r ON r.id = a.run_id
     WHERE a.actor_id = one AND a.principal_id <> one AND EXISTS (
        SELECT FROM public.orgs_membership m WHERE m.user_id = one AND m.organization_id = r.party_org_id
           AND m.state = 'active' AND m.role <> 'auditor')
) found
 WHERE one = priv.actor() OR priv.actor() IS NULL $$;

CREATE OR REPLACE FUNCTION priv.approvals_let_into() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
SELECT coalesce(array_agg(g.on_id), '{{}}') || priv.requests_stood_for(priv.actor())
  FROM public.approvals_instancegrant g
 WHERE g.given_for_id = ANY ((SELECT priv.worked())::uuid[]) AND (g.expires_at IS NULL OR g.expires_at > now())
   AND (g.user_id = priv.actor() OR g.organization_id = g.given_for_id
     OR g.department_id = ANY ((SELECT priv.departments(priv.actor(), NULL))::uuid[])) $$;

REVOKE ALL ON FUNCTION priv.stands_for(uuid), priv.stood_for(), priv.principals(), priv.requests_stood_for(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.stands_for(uuid) TO collab_system;
GRANT EXECUTE ON FUNCTION priv.stood_for(), priv.principals(), priv.requests_stood_for(uuid) TO collab_app, collab_system;

-- A word in one's own slot, or in that of somebody they stand in for; those of others may only end.
ALTER POLICY deciding ON approvals_assignment
    WITH CHECK ((EXISTS (SELECT FROM approvals_viewer v WHERE v.instance_id = approvals_assignment.instance_id OFFSET 0)
            OR instance_id = {among("approvals_let_into()")})
        AND (actor_id IS NULL OR principal_id = {ME} OR state = 'CANCELLED'
            OR (actor_id = {ME} AND principal_id = {among("principals()")})));

ALTER TABLE approvals_delegation ENABLE ROW LEVEL SECURITY;
CREATE POLICY platform ON approvals_delegation TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY seeing ON approvals_delegation FOR SELECT TO collab_app
    USING (organization_id = {STEERED} OR (organization_id = {WORKED} AND (principal_id = {ME} OR delegate_id = {ME})));
CREATE POLICY giving ON approvals_delegation FOR INSERT TO collab_app
    WITH CHECK (set_by_id = {ME} AND (organization_id = {STEERED} OR (organization_id = {WORKED} AND principal_id = {ME})));
CREATE POLICY ending ON approvals_delegation FOR UPDATE TO collab_app
    USING (organization_id = {STEERED} OR (organization_id = {WORKED} AND (principal_id = {ME} OR delegate_id = {ME})))
    WITH CHECK (ended_at IS NOT NULL);
"""


def key(to, **options):
    on_delete = options.pop("on_delete", django.db.models.deletion.CASCADE)
    return models.ForeignKey(on_delete=on_delete, related_name=options.pop("related_name", "+"), to=to, **options)


PERSON = {"to": settings.AUTH_USER_MODEL, "on_delete": django.db.models.deletion.PROTECT}


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0009_block_tree"),
        ("orgs", "0011_calendars"),
        ("workspaces", "0008_own_rooms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="Reason")),
                ("ended_at", models.DateTimeField(null=True)),
                ("definition", key("approvals.definition", null=True)),
                ("delegate", key(**PERSON)),
                ("organization", key("orgs.organization", related_name="delegations")),
                ("principal", key(**PERSON, related_name="delegations")),
                ("set_by", key(**PERSON, null=True)),
                ("workspace", key("workspaces.workspace", null=True)),
            ],
            options={
                "verbose_name": "Delegation",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["delegate", "until"], name="delegation_delegate"
                    ),
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["principal", "until"], name="delegation_principal"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("principal", models.F("delegate")), _negated=True),
                        name="delegation_to_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("since"))), name="delegation_forwards"
                    ),
                ],
            },
        ),
        # There is no way back but a dump: what the policy and the function before said is replaced.
        migrations.RunSQL(FUNCTIONS, elidable=False),
    ]
