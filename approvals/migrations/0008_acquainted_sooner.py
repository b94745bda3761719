"""Whoever has met a name before is looked up by key: told apart by IS NOT DISTINCT FROM, all their rows were read."""

from django.db import migrations

ACQUAINT = """
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
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0007_viewers_are_looked_up")]
    operations = [migrations.RunSQL(ACQUAINT, migrations.RunSQL.noop)]
