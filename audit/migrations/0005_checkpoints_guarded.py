"""Who may read checkpoints, and that they stay; the platform's public keys are for everybody."""

from django.db import migrations

GUARDED = ("audit_checkpoint", "audit_tile")

GRANTS = """
REVOKE ALL ON audit_checkpoint, audit_tile, audit_signingkey FROM collab_app, collab_system;
GRANT SELECT ON audit_checkpoint, audit_tile, audit_signingkey TO collab_app;
GRANT SELECT, INSERT ON audit_checkpoint, audit_tile, audit_signingkey TO collab_system;
GRANT UPDATE (retired_at) ON audit_signingkey TO collab_system;

CREATE TRIGGER checkpoint_stays BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER checkpoints_stay BEFORE TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""
ENABLE = "".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
    f"CREATE POLICY platform ON {table} TO collab_system USING (true) WITH CHECK (true);\n"
    f"CREATE POLICY reading ON {table} FOR SELECT TO collab_app\n"
    f"    USING (chain_id = ANY ((SELECT priv.records())::bigint[]));\n"
    for table in GUARDED
)
BACK = (
    "".join(
        f"DROP POLICY reading ON {table};\nDROP POLICY platform ON {table};\n"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;\n"
        for table in GUARDED
    )
    + """
DROP TRIGGER checkpoints_stay ON audit_checkpoint;
DROP TRIGGER checkpoint_stays ON audit_checkpoint;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_checkpoint, audit_tile, audit_signingkey TO collab_app, collab_system;
"""
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_checkpoints")]

    operations = [migrations.RunSQL(GRANTS + ENABLE, BACK, elidable=False)]
