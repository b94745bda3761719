"""Nobody is not the platform: who acts for neither gets nothing from functions that reach beyond a person's rows."""

from django.db import migrations

FUNCTIONS = """
-- The platform's own login; in tests the application's, while it plays that part.
CREATE OR REPLACE FUNCTION priv.is_platform() RETURNS boolean LANGUAGE sql STABLE AS $$
SELECT session_user = 'collab_system' OR current_setting('role') = 'collab_system' $$;
REVOKE ALL ON FUNCTION priv.is_platform() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.is_platform() TO collab_app, collab_system;

CREATE OR REPLACE FUNCTION priv.hold_organizations(both_ids uuid[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = '' AS $$
BEGIN
    PERFORM FROM public.orgs_organization o WHERE o.id = ANY (both_ids)
        AND (priv.is_platform() OR both_ids && priv.steered()) ORDER BY o.id FOR UPDATE;
END $$;

CREATE OR REPLACE FUNCTION priv.hand_over(place uuid, leaving uuid, heir uuid) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF NOT coalesce(priv.is_platform() OR (place = ANY (priv.orgs())
        AND (leaving = priv.actor() OR place = ANY (priv.steered()))), false)
    THEN
        RAISE EXCEPTION 'not theirs to hand over' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.orgs_department SET head_id = heir WHERE organization_id = place AND head_id = leaving;
    UPDATE public.orgs_position SET people = priv.replaced(people, leaving, heir)
     WHERE organization_id = place AND leaving = ANY (people);
    UPDATE public.orgs_contact SET sponsor_id = heir
     WHERE organization_id = place AND sponsor_id = leaving AND heir IS NOT NULL;
    UPDATE public.orgs_partnership SET coordinators = priv.replaced(coordinators, leaving, heir)
     WHERE place IN (host_id, partner_id) AND leaving = ANY (coordinators);
END $$;

CREATE OR REPLACE FUNCTION priv.end_drafts(between_us uuid) RETURNS SETOF public.orgs_agreement LANGUAGE sql
SECURITY DEFINER SET search_path = '' AS $$
UPDATE public.orgs_agreement a SET state = 'terminated' FROM public.orgs_partnership p
 WHERE p.id = between_us AND p.state = 'ended' AND a.partnership_id = p.id AND a.state = 'draft'
   AND (priv.is_platform() OR p.host_id = ANY ((SELECT priv.steered())::uuid[])
        OR p.partner_id = ANY ((SELECT priv.steered())::uuid[]))
RETURNING a.* $$;
"""
# The functions before go on working; what they asked of nobody is not taken back.
BACK = migrations.RunSQL.noop


class Migration(migrations.Migration):
    dependencies = [("orgs", "0003_row_level_security")]

    operations = [migrations.RunSQL(FUNCTIONS, BACK, elidable=False)]
