"""How much of what was said before them newcomers read: one number for each room, written from what everybody there says."""

from django.db import migrations, models

FUNCTIONS = """
-- How many days before joining: nothing for everything, 0 for none.
CREATE FUNCTION priv.history_days(said text) RETURNS integer LANGUAGE sql IMMUTABLE SET search_path = '' AS $$
SELECT CASE WHEN said = 'joined' THEN 0 WHEN said ~ '^[1-9][0-9]{0,3}d$' THEN rtrim(said, 'd')::integer END $$;

-- Of what the host and those who take part say, the strictest.
CREATE FUNCTION priv.note_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    NEW.history_days := least(priv.history_days(NEW.policy ->> 'history_for_newcomers'),
        (SELECT min(priv.history_days(p.policy ->> 'history_for_newcomers')) FROM public.workspaces_participant p
          WHERE p.workspace_id = NEW.id AND p.state = 'active'));
    RETURN NEW;
END $$;

CREATE FUNCTION priv.note_history_of() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    UPDATE public.workspaces_workspace SET policy = policy WHERE id = NEW.workspace_id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION priv.note_history(), priv.note_history_of() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION priv.note_history(), priv.note_history_of() FROM collab_app, collab_system;

CREATE TRIGGER history BEFORE INSERT OR UPDATE OF policy ON workspaces_workspace
    FOR EACH ROW EXECUTE FUNCTION priv.note_history();
CREATE TRIGGER history AFTER UPDATE OF policy, state ON workspaces_participant FOR EACH ROW
    WHEN (OLD.policy ? 'history_for_newcomers' OR NEW.policy ? 'history_for_newcomers')
    EXECUTE FUNCTION priv.note_history_of();
UPDATE workspaces_workspace SET policy = policy;
"""
BACK = """
DROP TRIGGER history ON workspaces_participant;
DROP TRIGGER history ON workspaces_workspace;
DROP FUNCTION priv.note_history_of(), priv.note_history(), priv.history_days(text);
"""


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0006_homes")]

    operations = [
        migrations.AddField("workspace", "history_days", models.PositiveIntegerField(editable=False, null=True)),
        migrations.RunSQL(FUNCTIONS, BACK, elidable=False),
    ]
