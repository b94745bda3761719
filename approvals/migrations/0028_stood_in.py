"""Whom somebody stood in for is found without reading all that they have decided for themselves.

Nearly every question asks it, as its rules are drawn and again as it is planned; who decides much had all of it read each time.
"""

from importlib import import_module

from django.db import migrations, models
from django.db.models import F, Q

before = import_module("approvals.migrations.0010_delegations")

# As in 0010; with OFFSET each slot is looked up, and the steps of everybody are not read instead.
STOOD_FOR = """
CREATE OR REPLACE FUNCTION priv.requests_stood_for(one uuid) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
SELECT coalesce(array_agg(found.instance_id), '{}') FROM (
    SELECT a.instance_id FROM priv.stands_for(one) s CROSS JOIN LATERAL (
        SELECT w.instance_id FROM public.approvals_assignment w
         WHERE w.principal_id = s.principal AND w.state = 'PENDING'
           AND EXISTS (SELECT FROM public.approvals_run r
               WHERE r.id = w.run_id AND r.party_org_id = s.organization OFFSET 0)
           AND EXISTS (SELECT FROM public.approvals_instance i
               WHERE i.id = w.instance_id AND i.initiator_id <> one
                 AND (s.definition IS NULL OR s.definition = i.definition_id)
                 AND (s.workspace IS NULL OR s.workspace = i.workspace_id) OFFSET 0)
        OFFSET 0) a
    UNION
    SELECT a.instance_id FROM public.approvals_assignment a
     WHERE a.actor_id = one AND (a.actor_id < a.principal_id OR a.actor_id > a.principal_id) AND EXISTS (
        SELECT FROM public.approvals_run r JOIN public.orgs_membership m ON m.organization_id = r.party_org_id
         WHERE r.id = a.run_id AND m.user_id = one AND m.state = 'active' AND m.role <> 'auditor' OFFSET 0)
) found
 WHERE one = priv.actor() OR priv.actor() IS NULL $$;
"""
begin = before.FUNCTIONS.index("CREATE FUNCTION priv.requests_stood_for")
BEFORE = before.FUNCTIONS[begin : before.FUNCTIONS.index("$$;", begin) + 3].replace("CREATE", "CREATE OR REPLACE", 1)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0027_discarded")]

    operations = [
        migrations.AddIndex(
            "assignment",
            models.Index(
                fields=["actor"],
                include=["instance", "principal", "run"],
                condition=Q(actor__lt=F("principal")) | Q(actor__gt=F("principal")),
                name="assignment_stood_in",
            ),
        ),
        migrations.RunSQL(STOOD_FOR, BEFORE, elidable=False),
    ]
