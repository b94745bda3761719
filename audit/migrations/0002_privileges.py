"""What the logins may do with the record, and what nobody may."""

from django.db import migrations

GRANTS = """
REVOKE ALL ON audit_outbox, audit_entry, audit_chain FROM collab_app, collab_system;

-- The application leaves facts behind; it can neither read them nor mark them as sealed.
GRANT INSERT (id, name, at, actor_id, actor_name, via, org_id, org_name, workspace_id, org_ids, subject_type,
    subject_id, subject_label, payload, request_id, address, device, correlation) ON audit_outbox TO collab_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_outbox TO collab_system;

GRANT SELECT ON audit_entry, audit_chain TO collab_app;
GRANT SELECT, INSERT ON audit_entry TO collab_system;
GRANT SELECT, INSERT, UPDATE ON audit_chain TO collab_system;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
-- The owner of the table has every privilege, so a trigger stops even a slip of theirs.
CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER entries_stay BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
"""

BACK = """
DROP TRIGGER entries_stay ON audit_entry;
DROP TRIGGER entry_stays ON audit_entry;
DROP FUNCTION audit_refuse();
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_outbox, audit_entry, audit_chain TO collab_app, collab_system;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(GRANTS, BACK)]
