"""An agreement that keeps things within some countries clears organizations that are registered there, and no others."""

from django.db import migrations

FUNCTIONS = """
CREATE OR REPLACE FUNCTION priv.clearances(room uuid)
RETURNS TABLE (organization_id uuid, label text, until date, agreement_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
WITH rules AS (
    SELECT w.id, w.host_id, coalesce((w.policy ->> 'needs_agreement')::boolean, false) OR EXISTS (
        SELECT FROM public.workspaces_participant p WHERE p.workspace_id = w.id AND p.state = 'active'
           AND (p.policy ->> 'needs_agreement')::boolean) AS asks
      FROM public.workspaces_workspace w WHERE w.id = room
)
SELECT p.organization_id, l.label, CASE WHEN NOT l.free THEN a.ends_on END, CASE WHEN NOT l.free THEN a.id END
  FROM rules r
  JOIN public.workspaces_participant p ON p.workspace_id = r.id AND p.state = 'active'
  JOIN public.orgs_organization o ON o.id = p.organization_id
  CROSS JOIN LATERAL (
      SELECT one AS label, p.organization_id = r.host_id OR (one <> 'confidential' AND NOT r.asks) AS free
        FROM unnest(ARRAY['public', 'internal', 'confidential']) one) l
  LEFT JOIN LATERAL (
      SELECT a.id, a.ends_on FROM public.orgs_agreement a JOIN public.orgs_partnership s ON s.id = a.partnership_id
       WHERE NOT l.free AND s.state = 'active' AND a.state = 'in_force' AND l.label = ANY (a.classes)
         AND (a.countries = '{}' OR o.country = ANY (a.countries))
         AND ((s.host_id = r.host_id AND s.partner_id = p.organization_id)
           OR (s.host_id = p.organization_id AND s.partner_id = r.host_id))
       ORDER BY a.ends_on DESC LIMIT 1) a ON true
 WHERE l.free OR a.id IS NOT NULL $$;

CREATE FUNCTION priv.clear_where_it_takes_part() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = '' AS $$
BEGIN
    PERFORM priv.clear(p.workspace_id) FROM public.workspaces_participant p
      WHERE p.organization_id = NEW.id AND p.state = 'active';
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION priv.clear_where_it_takes_part() FROM PUBLIC;

CREATE TRIGGER clearances AFTER UPDATE OF country ON orgs_organization
    FOR EACH ROW EXECUTE FUNCTION priv.clear_where_it_takes_part();
"""
# The function behind stays as it is: without countries it says what it said before.
BACK = """
DROP TRIGGER clearances ON orgs_organization;
DROP FUNCTION priv.clear_where_it_takes_part();
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0005_countries"), ("workspaces", "0003_clearances")]

    operations = [migrations.RunSQL(FUNCTIONS, BACK, elidable=False)]
