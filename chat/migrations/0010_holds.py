"""A seat that is held opens no channel, and its rights leave the index: what was said before, with one condition more."""

from importlib import import_module

from django.db import migrations

SEAT = " AND m.held_at IS NULL"
REACH = import_module("chat.migrations.0007_reach").FUNCTIONS
CLOSED = import_module("chat.migrations.0003_grants").CLOSED.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
RIGHTS = import_module("chat.migrations.0008_departments").RIGHTS
TIMELY = "(m.expires_at IS NULL OR m.expires_at > now())"
PLACED = "JOIN public.workspaces_member m ON m.workspace_id = c.workspace_id"


def unheld(words, place, times):
    """Return functions in which a seat counts only while nobody holds it; ``place`` is what the condition follows."""
    assert words.count(place) == times, place
    return words.replace(place, place + SEAT)


FUNCTIONS = (
    unheld(
        REACH.replace("WHERE m.expires_at IS NULL OR m.expires_at > now()\n", f"WHERE {TIMELY}\n"), TIMELY, 2
    )
    + unheld(CLOSED, TIMELY, 1)
    + unheld(RIGHTS, PLACED, 2)
)

TRIGGERS = """
-- Channels look again before they deliver, and the index is written anew, once a hold is made or lifted.
CREATE FUNCTION priv.note_hold() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE public.chat_channel SET acl_version = acl_version + 1 WHERE id IN (
        SELECT c.id FROM public.chat_channel c WHERE c.workspace_id = NEW.workspace_id ORDER BY c.id FOR NO KEY UPDATE);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION priv.note_hold() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION priv.note_hold() FROM collab_app, collab_system;
CREATE TRIGGER a_hold AFTER UPDATE ON workspaces_member FOR EACH ROW WHEN (OLD.held_at IS DISTINCT FROM NEW.held_at)
    EXECUTE FUNCTION priv.note_hold();
DROP TRIGGER index ON workspaces_member;
CREATE TRIGGER index AFTER INSERT OR UPDATE OF role, expires_at, contact_id, held_at OR DELETE ON workspaces_member
    FOR EACH ROW EXECUTE FUNCTION priv.index_by_trigger();
"""
BACK = (
    REACH
    + CLOSED
    + RIGHTS
    + """
DROP TRIGGER a_hold ON workspaces_member;
DROP FUNCTION priv.note_hold();
DROP TRIGGER index ON workspaces_member;
CREATE TRIGGER index AFTER INSERT OR UPDATE OF role, expires_at, contact_id OR DELETE ON workspaces_member
    FOR EACH ROW EXECUTE FUNCTION priv.index_by_trigger();
"""
)


class Migration(migrations.Migration):
    dependencies = [("chat", "0009_asked_once"), ("workspaces", "0005_holds")]

    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, BACK, elidable=False)]
