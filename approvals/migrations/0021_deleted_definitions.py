"""A definition can be deleted once nothing runs by it: it is found no more, and what has ended keeps it."""

from django.db import migrations, models

FOLLOWED = """
-- Whether a request runs by one of its versions, or a partner's step inside one; for who steers its organization.
CREATE FUNCTION priv.is_followed(definition uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
SELECT EXISTS (
    SELECT FROM public.approvals_definition d
     WHERE d.id = definition AND d.organization_id = ANY ((SELECT priv.steered())::uuid[])
       AND (EXISTS (SELECT FROM public.approvals_instance i
                     WHERE i.definition_id = d.id AND i.state IN ('RUNNING', 'SUSPENDED', 'RETURNED'))
         OR EXISTS (SELECT FROM public.approvals_version v
                      JOIN public.approvals_run r ON r.version_id = v.id AND r.state IN ('ACTIVE', 'SUSPENDED')
                     WHERE v.definition_id = d.id))) $$;
REVOKE ALL ON FUNCTION priv.is_followed(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.is_followed(uuid) TO collab_app, collab_system;
"""
BACK = "DROP FUNCTION priv.is_followed(uuid);"


class Migration(migrations.Migration):
    dependencies = [("approvals", "0020_known_first")]

    operations = [
        migrations.AddField(
            model_name="definition", name="deleted_at", field=models.DateTimeField(editable=False, null=True)
        ),
        migrations.RunSQL(FOLLOWED, BACK, elidable=False),
    ]
