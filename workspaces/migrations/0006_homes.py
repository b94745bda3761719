"""Whose person somebody is whom one holds: their organization is asked as well, also where they sit in none of one's rooms."""

from django.db import migrations

FUNCTION = """
-- For which partner of an organization that the actor steers somebody works, the longest first.
CREATE FUNCTION priv.home_of(person uuid, holder uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT s.organization_id FROM public.orgs_membership s
  JOIN public.orgs_organization o ON o.id = s.organization_id AND o.state = 'active'
  JOIN public.orgs_partnership p ON p.state IN ('active', 'suspended')
   AND s.organization_id IN (p.host_id, p.partner_id) AND holder IN (p.host_id, p.partner_id)
 WHERE s.user_id = person AND s.state = 'active' AND s.organization_id <> holder AND holder = ANY (priv.steered())
 ORDER BY s.id LIMIT 1 $$;

REVOKE ALL ON FUNCTION priv.home_of(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.home_of(uuid, uuid) TO collab_app, collab_system;
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0003_row_level_security"), ("workspaces", "0005_holds")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION priv.home_of(uuid, uuid)", elidable=False)
    ]
