"""A right names a department of whichever organization: who reads the channel reads that name."""

from django.db import migrations

NAMES = """
CREATE FUNCTION priv.granted_departments() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
SELECT coalesce(array_agg(g.department_id), '{}') FROM public.chat_channelgrant g
 WHERE g.department_id IS NOT NULL AND g.on_id = ANY ((SELECT priv.channels())::uuid[]) $$;
REVOKE ALL ON FUNCTION priv.granted_departments() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.granted_departments() TO collab_app, collab_system;
CREATE POLICY named_in_grants ON orgs_department FOR SELECT TO collab_app
    USING (id = ANY ((SELECT priv.granted_departments())::uuid[]));
"""
BACK = """
DROP POLICY named_in_grants ON orgs_department;
DROP FUNCTION priv.granted_departments();
"""


class Migration(migrations.Migration):
    dependencies = [("chat", "0004_index"), ("orgs", "0003_row_level_security")]

    operations = [migrations.RunSQL(NAMES, BACK, elidable=False)]
