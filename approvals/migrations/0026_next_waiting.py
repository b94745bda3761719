"""What waits for somebody is found from its end: the next page of it looks at no more than it shows, however much waits.

The database may not begin with all requests that run, of which there may be many more than wait for one person.
"""

from importlib import import_module

from django.db import migrations, models

before = import_module("approvals.migrations.0013_own_waiting")

NEXT_WAITING = """
CREATE OR REPLACE VIEW priv.own_waiting WITH (security_barrier) AS
SELECT a.id AS slot_id, a.instance_id, r.due_at FROM public.approvals_assignment a
  CROSS JOIN LATERAL (SELECT one.due_at FROM public.approvals_run one
       WHERE one.id = a.run_id AND one.state = 'ACTIVE' AND one.party_org_id = ANY ((SELECT priv.worked())::uuid[]) OFFSET 0) r
 WHERE a.principal_id = priv.actor() AND a.state = 'PENDING'
   AND EXISTS (SELECT FROM public.approvals_instance i WHERE i.id = a.instance_id AND i.state = 'RUNNING' OFFSET 0);
"""
# Functions, since what reads a view with a barrier can have it begin at no end.
NEXT = """
CREATE FUNCTION priv.{name}(after uuid, size int) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT DISTINCT a.instance_id FROM public.approvals_assignment a
 WHERE a.principal_id = priv.actor() AND a.state = 'PENDING' AND a.instance_id {side} after
   AND EXISTS (SELECT FROM public.approvals_run r
       WHERE r.id = a.run_id AND r.state = 'ACTIVE' AND r.party_org_id = ANY ((SELECT priv.worked())::uuid[]) OFFSET 0)
   AND EXISTS (SELECT FROM public.approvals_instance i WHERE i.id = a.instance_id AND i.state = 'RUNNING' OFFSET 0)
 ORDER BY a.instance_id {way} LIMIT size $$;
REVOKE ALL ON FUNCTION priv.{name}(uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.{name}(uuid, int) TO collab_app;
"""
BOTH = NEXT.format(name="waiting_after", side=">", way="ASC") + NEXT.format(name="waiting_before", side="<", way="DESC")


class Migration(migrations.Migration):
    dependencies = [("approvals", "0025_retired_seals")]

    operations = [
        migrations.AddIndex(
            "assignment",
            models.Index(fields=["principal", "instance"], condition=models.Q(state="PENDING"), name="assignment_waits"),
        ),
        migrations.RemoveIndex("assignment", "assignment_pending"),
        migrations.RunSQL(
            NEXT_WAITING, before.OWN_WAITING.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"), elidable=False
        ),
        migrations.RunSQL(
            BOTH,
            "DROP FUNCTION priv.waiting_after(uuid, int);\nDROP FUNCTION priv.waiting_before(uuid, int);\n",
            elidable=False,
        ),
    ]
