"""Whose request it is once who asked has left: they come to know of it as who asked does."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ANEW = """
CREATE OR REPLACE FUNCTION priv.show_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    DELETE FROM public.approvals_viewer v WHERE v.instance_id = NEW.id
       AND v.user_id = OLD.initiator_id AND v.organization_id = OLD.acting_org_id
       AND (OLD.initiator_id, OLD.acting_org_id) <> (NEW.initiator_id, NEW.acting_org_id);
    UPDATE public.approvals_viewer v SET definition_id = NEW.definition_id, version_id = NEW.version_id
     WHERE v.instance_id = NEW.id;
    INSERT INTO public.approvals_viewer (instance_id, definition_id, version_id, organization_id, user_id)
    SELECT NEW.id, NEW.definition_id, NEW.version_id, NEW.acting_org_id, person
      FROM unnest(ARRAY[NEW.initiator_id, NEW.keeper_id]) person WHERE person IS NOT NULL
    ON CONFLICT DO NOTHING;
    PERFORM priv.acquaint(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
DROP TRIGGER view_anew ON approvals_instance;
CREATE TRIGGER view_anew AFTER UPDATE ON approvals_instance FOR EACH ROW
    WHEN ((OLD.initiator_id, OLD.acting_org_id, OLD.definition_id, OLD.version_id, OLD.form, OLD.keeper_id)
          IS DISTINCT FROM
          (NEW.initiator_id, NEW.acting_org_id, NEW.definition_id, NEW.version_id, NEW.form, NEW.keeper_id))
    EXECUTE FUNCTION priv.show_anew();
"""
BACK = """
DROP TRIGGER view_anew ON approvals_instance;
CREATE TRIGGER view_anew AFTER UPDATE ON approvals_instance FOR EACH ROW
    WHEN ((OLD.initiator_id, OLD.acting_org_id, OLD.definition_id, OLD.version_id, OLD.form)
          IS DISTINCT FROM (NEW.initiator_id, NEW.acting_org_id, NEW.definition_id, NEW.version_id, NEW.form))
    EXECUTE FUNCTION priv.show_anew();
CREATE OR REPLACE FUNCTION priv.show_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    DELETE FROM public.approvals_viewer v WHERE v.instance_id = NEW.id
       AND v.user_id = OLD.initiator_id AND v.organization_id = OLD.acting_org_id
       AND (OLD.initiator_id, OLD.acting_org_id) <> (NEW.initiator_id, NEW.acting_org_id);
    UPDATE public.approvals_viewer v SET definition_id = NEW.definition_id, version_id = NEW.version_id
     WHERE v.instance_id = NEW.id;
    INSERT INTO public.approvals_viewer (instance_id, definition_id, version_id, organization_id, user_id)
    VALUES (NEW.id, NEW.definition_id, NEW.version_id, NEW.acting_org_id, NEW.initiator_id)
    ON CONFLICT DO NOTHING;
    PERFORM priv.acquaint(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0021_deleted_definitions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="instance",
            name="keeper",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="kept_requests",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(ANEW, BACK, elidable=False),
    ]
