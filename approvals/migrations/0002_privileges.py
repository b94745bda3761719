"""What nobody may do with what happened and with what was published."""

from django.db import migrations

GRANTS = """
REVOKE UPDATE, DELETE, TRUNCATE ON approvals_instanceevent, approvals_comment FROM collab_app, collab_system;

CREATE FUNCTION approvals_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what happened to a request is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
-- The owner of the table has every privilege, so a trigger stops even a slip of theirs.
CREATE TRIGGER event_stays BEFORE UPDATE OR DELETE ON approvals_instanceevent
    FOR EACH ROW EXECUTE FUNCTION approvals_refuse();
CREATE TRIGGER events_stay BEFORE TRUNCATE ON approvals_instanceevent
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse();

CREATE FUNCTION approvals_keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (NEW.body, NEW.sha256, NEW.number, NEW.definition_id)
        IS DISTINCT FROM (OLD.body, OLD.sha256, OLD.number, OLD.definition_id) THEN
        RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_stays BEFORE UPDATE ON approvals_version
    FOR EACH ROW EXECUTE FUNCTION approvals_keep_published();
"""

BACK = """
DROP TRIGGER version_stays ON approvals_version;
DROP FUNCTION approvals_keep_published();
DROP TRIGGER events_stay ON approvals_instanceevent;
DROP TRIGGER event_stays ON approvals_instanceevent;
DROP FUNCTION approvals_refuse();
GRANT UPDATE, DELETE ON approvals_instanceevent, approvals_comment TO collab_app, collab_system;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]
    operations = [migrations.RunSQL(GRANTS, BACK)]
