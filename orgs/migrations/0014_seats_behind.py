"""Where whoever shows a key belongs, so that one look finds the key, its person and their seats."""

from django.db import migrations

# PL/pgSQL, which plans it once a connection. The line is that of own_seats.
SEATS_BEHIND = """
CREATE FUNCTION priv.seats_behind(key text)
RETURNS TABLE (seat public.orgs_membership, organization public.orgs_organization)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  RETURN QUERY
  SELECT s, o FROM (
      SELECT t.user_id FROM public.accounts_token t
       WHERE t.digest = key AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
      UNION ALL
      SELECT e.user_id FROM public.accounts_session e WHERE e.session_key = key AND e.expire_date > now()) shown
    JOIN public.accounts_user u ON u.id = shown.user_id AND u.is_active
    JOIN public.orgs_membership s ON s.user_id = u.id AND s.state = 'active'
    JOIN public.orgs_organization o ON o.id = s.organization_id AND o.state = 'active'
   ORDER BY s.id;
END $$;
REVOKE ALL ON FUNCTION priv.seats_behind(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.seats_behind(text) TO collab_app;
"""


class Migration(migrations.Migration):
    dependencies = [("orgs", "0013_agreed_holds"), ("accounts", "0010_called")]

    operations = [
        migrations.RunSQL(SEATS_BEHIND, "DROP FUNCTION priv.seats_behind(text);\n", elidable=False)
    ]
