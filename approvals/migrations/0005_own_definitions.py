"""The definitions of places are those of places where one works, whichever places are named."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION priv.definitions(places uuid[]) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
SELECT coalesce(array_agg(d.id), '{}') FROM public.approvals_definition d
 WHERE d.organization_id = ANY (places) AND d.organization_id = ANY ((SELECT priv.worked())::uuid[]) $$;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0004_grants")]

    # The way back needs nothing: policies name no other places.
    operations = [migrations.RunSQL(FUNCTION, migrations.RunSQL.noop, elidable=False)]
