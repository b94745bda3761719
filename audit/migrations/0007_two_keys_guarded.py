"""Who registers an organization's key and who signs with it, and that signatures stay."""

from django.db import migrations

TABLES = ("audit_orgkey", "audit_countersignature")

FUNCTIONS = """
-- Organizations whose keys somebody meets: their own, and those that take or took part in rooms whose record they read.
CREATE FUNCTION priv.signers() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(id), '{}') FROM (
    SELECT unnest(priv.places('{owner,admin,auditor}')) AS id
    UNION
    SELECT p.organization_id FROM public.workspaces_participant p
      JOIN public.audit_chain c ON c.kind = 'workspace' AND c.noun_id = p.workspace_id
     WHERE c.id = ANY (priv.records())
) met $$;

REVOKE ALL ON FUNCTION priv.signers() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.signers() TO collab_app, collab_system;
"""

GRANTS = """
REVOKE ALL ON audit_orgkey, audit_countersignature FROM collab_app, collab_system;
GRANT SELECT, INSERT ON audit_orgkey, audit_countersignature TO collab_app, collab_system;
GRANT UPDATE (retired_at) ON audit_orgkey TO collab_app, collab_system;

CREATE TRIGGER countersignature_stays BEFORE UPDATE OR DELETE ON audit_countersignature
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER countersignatures_stay BEFORE TRUNCATE ON audit_countersignature
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""

OWNED = "org_id = ANY ((SELECT priv.places('{owner}'))::uuid[])"
READ = "chain_id = ANY ((SELECT priv.records())::bigint[])"
POLICIES = f"""
CREATE POLICY meeting ON audit_orgkey FOR SELECT TO collab_app
    USING (org_id = ANY ((SELECT priv.signers())::uuid[]));
CREATE POLICY registering ON audit_orgkey FOR INSERT TO collab_app WITH CHECK ({OWNED});
CREATE POLICY retiring ON audit_orgkey FOR UPDATE TO collab_app USING ({OWNED}) WITH CHECK ({OWNED});

CREATE POLICY reading ON audit_countersignature FOR SELECT TO collab_app USING ({READ});
CREATE POLICY signing ON audit_countersignature FOR INSERT TO collab_app
    WITH CHECK ({READ} AND person_id = (SELECT priv.actor())
        AND org_id = ANY ((SELECT priv.places('{{owner,admin,auditor}}'))::uuid[]));
"""
ENABLE = "".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
    f"CREATE POLICY platform ON {table} TO collab_system USING (true) WITH CHECK (true);\n"
    for table in TABLES
)
BACK = (
    """
DROP POLICY signing ON audit_countersignature;
DROP POLICY reading ON audit_countersignature;
DROP POLICY retiring ON audit_orgkey;
DROP POLICY registering ON audit_orgkey;
DROP POLICY meeting ON audit_orgkey;
DROP TRIGGER countersignatures_stay ON audit_countersignature;
DROP TRIGGER countersignature_stays ON audit_countersignature;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_orgkey, audit_countersignature TO collab_app, collab_system;
"""
    + "".join(
        f"DROP POLICY platform ON {table};\nALTER TABLE {table} DISABLE ROW LEVEL SECURITY;\n"
        for table in TABLES
    )
    + "DROP FUNCTION priv.signers();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0006_two_keys"),
        ("orgs", "0003_row_level_security"),  # priv.places()
        ("workspaces", "0002_row_level_security"),
    ]

    operations = [migrations.RunSQL(FUNCTIONS + GRANTS + ENABLE + POLICIES, BACK, elidable=False)]
