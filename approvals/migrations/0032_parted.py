"""Who was replaced in a request, and who came in its place, do not meet each other's names by it."""

from django.db import migrations

MEETS = """
CREATE FUNCTION priv.meets(request uuid, viewing uuid, named uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = '' AS $$
SELECT EXISTS (SELECT FROM public.approvals_party p WHERE p.instance_id = request AND p.organization_id = viewing)
   AND (EXISTS (SELECT FROM public.approvals_party p WHERE p.instance_id = request AND p.organization_id = named)
    OR NOT EXISTS (SELECT FROM public.approvals_viewer v WHERE v.instance_id = request AND v.organization_id = named))
$$;
REVOKE ALL ON FUNCTION priv.meets(uuid, uuid, uuid) FROM PUBLIC;

CREATE OR REPLACE FUNCTION priv.acquaint(requests uuid[]) RETURNS void LANGUAGE plpgsql
SET search_path = '' SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO public.approvals_acquaintance (organization_id, user_id, named_id)
    SELECT DISTINCT v.organization_id, v.user_id, n.named_id
      FROM priv.named_in(requests) n JOIN public.approvals_viewer v ON v.instance_id = n.instance_id
     WHERE NOT EXISTS (
           SELECT FROM public.approvals_acquaintance k
            WHERE k.named_id = n.named_id AND k.organization_id = v.organization_id
              AND (k.user_id = v.user_id OR (k.user_id IS NULL AND v.user_id IS NULL)) OFFSET 0)
       AND (n.named_id = v.organization_id
         OR (SELECT i.acting_org_id IN (v.organization_id, n.named_id)
               FROM public.approvals_instance i WHERE i.id = n.instance_id)
         OR priv.meets(n.instance_id, v.organization_id, n.named_id))
    ON CONFLICT DO NOTHING;
END $$;

CREATE OR REPLACE FUNCTION priv.named_where_let_into() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
SELECT coalesce(array_agg(DISTINCT n.named_id), '{}')
  FROM priv.named_in((SELECT priv.approvals_let_into())) n
  JOIN public.approvals_instance i ON i.id = n.instance_id
 WHERE EXISTS (
       SELECT FROM unnest((SELECT priv.worked())::uuid[]) own
        WHERE own IN (i.acting_org_id, n.named_id) OR n.named_id = i.acting_org_id
           OR priv.meets(n.instance_id, own, n.named_id)) $$;
"""

BACK = """
CREATE OR REPLACE FUNCTION priv.named_where_let_into() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(DISTINCT n.named_id), '{}') FROM priv.named_in((SELECT priv.approvals_let_into())) n $$;

CREATE OR REPLACE FUNCTION priv.acquaint(requests uuid[]) RETURNS void LANGUAGE plpgsql
SET search_path = '' SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO public.approvals_acquaintance (organization_id, user_id, named_id)
    SELECT DISTINCT v.organization_id, v.user_id, n.named_id
      FROM priv.named_in(requests) n JOIN public.approvals_viewer v ON v.instance_id = n.instance_id
     WHERE NOT EXISTS (
           SELECT FROM public.approvals_acquaintance k
            WHERE k.named_id = n.named_id AND k.organization_id = v.organization_id
              AND (k.user_id = v.user_id OR (k.user_id IS NULL AND v.user_id IS NULL)) OFFSET 0)
    ON CONFLICT DO NOTHING;
END $$;
DROP FUNCTION priv.meets(uuid, uuid, uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0031_own_called")]

    operations = [migrations.RunSQL(MEETS, BACK)]
