"""A post travels with the commit, so it is PostgreSQL that must refuse where the channel's row is not there for who posts."""

from django.db import migrations

THERE = """
CREATE FUNCTION priv.there(key uuid) RETURNS uuid LANGUAGE plpgsql STABLE SET search_path = '' AS $$
BEGIN
    IF key IS NULL THEN
        RAISE EXCEPTION 'what this is about is not there' USING ERRCODE = 'no_data_found';
    END IF;
    RETURN key;
END $$;
GRANT EXECUTE ON FUNCTION priv.there(uuid) TO collab_app, collab_system;
"""


class Migration(migrations.Migration):
    dependencies = [("chat", "0039_mention")]

    operations = [migrations.RunSQL(THERE, "DROP FUNCTION priv.there(uuid)")]
