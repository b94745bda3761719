"""What waits for somebody, in one look: every page counts it, and row-level security would look at each slot thrice."""

from django.db import migrations

OWN_WAITING = """
CREATE VIEW priv.own_waiting WITH (security_barrier) AS
SELECT a.id AS slot_id, a.instance_id, r.due_at FROM public.approvals_assignment a
  JOIN public.approvals_run r ON r.id = a.run_id AND r.state = 'ACTIVE'
  JOIN public.approvals_instance i ON i.id = a.instance_id AND i.state = 'RUNNING'
 WHERE a.principal_id = priv.actor() AND a.state = 'PENDING'
   AND r.party_org_id = ANY ((SELECT priv.worked())::uuid[]);
REVOKE ALL ON priv.own_waiting FROM PUBLIC;
GRANT SELECT ON priv.own_waiting TO collab_app;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0012_seals")]
    operations = [migrations.RunSQL(OWN_WAITING, "DROP VIEW priv.own_waiting;\n")]
