"""Whose record somebody reads: that of organizations and rooms they answer for. And nobody signs with another's name."""

from django.db import migrations

TABLES = ("audit_chain", "audit_entry", "audit_outbox", "audit_reading")

FUNCTIONS = """
-- An organization's owners, admins and auditors; of a room theirs who take part, and whoever manages it.
CREATE FUNCTION priv.records() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
WITH mine AS (
    SELECT s.organization_id AS id FROM public.orgs_membership s
      JOIN public.accounts_user u ON u.id = s.user_id AND u.is_active
      JOIN public.orgs_organization o ON o.id = s.organization_id AND o.state = 'active'
     WHERE s.user_id = priv.actor() AND s.state = 'active' AND s.role IN ('owner', 'admin', 'auditor')
), rooms AS (
    SELECT p.workspace_id AS id FROM public.workspaces_participant p JOIN mine ON mine.id = p.organization_id
     WHERE p.state = 'active'
    UNION
    SELECT m.workspace_id FROM public.workspaces_member m
      JOIN public.accounts_user u ON u.id = m.user_id AND u.is_active
      JOIN public.orgs_organization o ON o.id = m.organization_id AND o.state = 'active'
     WHERE m.user_id = priv.actor() AND m.role = 'manager' AND (m.expires_at IS NULL OR m.expires_at > now())
)
SELECT coalesce(array_agg(c.id), '{}') FROM public.audit_chain c
 WHERE (c.kind = 'org' AND c.noun_id IN (SELECT id FROM mine))
    OR (c.kind = 'workspace' AND c.noun_id IN (SELECT id FROM rooms)) $$;

REVOKE ALL ON FUNCTION priv.records() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.records() TO collab_app, collab_system;
"""

ME = "(SELECT priv.actor())"
READ = "ANY ((SELECT priv.records())::bigint[])"

POLICIES = f"""
CREATE POLICY reading ON audit_chain FOR SELECT TO collab_app USING (id = {READ});
CREATE POLICY reading ON audit_entry FOR SELECT TO collab_app USING (chain_id = {READ});
CREATE POLICY looking ON audit_reading TO collab_app USING (user_id = {ME}) WITH CHECK (user_id = {ME});

-- What somebody does is told under their own name or the platform's; who comes in is nobody until it is told.
CREATE POLICY telling ON audit_outbox FOR INSERT TO collab_app
    WITH CHECK (actor_id IS NULL OR actor_id = {ME} OR {ME} IS NULL);
"""

ENABLE = "".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
    f"CREATE POLICY platform ON {table} TO collab_system USING (true) WITH CHECK (true);\n"
    for table in TABLES
)
BACK = (
    """
DROP POLICY telling ON audit_outbox;
DROP POLICY looking ON audit_reading;
DROP POLICY reading ON audit_entry;
DROP POLICY reading ON audit_chain;
"""
    + "".join(
        f"DROP POLICY platform ON {table};\nALTER TABLE {table} DISABLE ROW LEVEL SECURITY;\n"
        for table in TABLES
    )
    + "DROP FUNCTION priv.records();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_privileges"),
        ("orgs", "0001_initial"),
        ("workspaces", "0002_row_level_security"),  # priv.actor()
    ]

    operations = [migrations.RunSQL(FUNCTIONS + ENABLE + POLICIES, BACK, elidable=False)]
