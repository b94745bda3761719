"""A tree of departments is walked once, however deep or wide it is, and what follows from it is written in turn.

To ask for every seat and every right anew, who works below a department, took as long as the tree is deep each time;
and a department that moved had every channel written as often as there were rights on it and rows that changed.
"""

from django.db import migrations

WALKS = """
-- Each of these departments with those below it, and itself: one walk down. A circle ends where it began.
CREATE OR REPLACE FUNCTION priv.at_or_below(tops uuid[]) RETURNS TABLE (top uuid, id uuid) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = '' SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET jit = off AS $$
WITH RECURSIVE down AS (
    SELECT DISTINCT one AS top, one AS id FROM unnest(tops) one
    UNION SELECT down.top, d.id FROM down JOIN public.orgs_department d ON d.parent_id = down.id
) SELECT down.top, down.id FROM down $$;

-- Who works there.
CREATE OR REPLACE FUNCTION priv.staff(tops uuid[]) RETURNS TABLE (department_id uuid, user_id uuid, organization_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT w.top, s.user_id, s.organization_id FROM priv.at_or_below(tops) w
  JOIN public.orgs_membership s ON s.department_id = w.id AND s.state = 'active' $$;

CREATE OR REPLACE FUNCTION priv.departments(person uuid, org uuid) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
WITH RECURSIVE up AS (
    SELECT d.id, d.parent_id FROM public.orgs_department d JOIN public.orgs_membership s ON s.department_id = d.id
     WHERE s.user_id = person AND (org IS NULL OR s.organization_id = org) AND s.state = 'active'
    UNION SELECT d.id, d.parent_id FROM up JOIN public.orgs_department d ON d.id = up.parent_id
) SELECT coalesce(array_agg(id), '{}') FROM up $$;

-- These departments and those above them.
CREATE OR REPLACE FUNCTION priv.at_or_above(ones uuid[]) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
WITH RECURSIVE up AS (
    SELECT d.id, d.parent_id FROM public.orgs_department d WHERE d.id = ANY (ones)
    UNION SELECT d.id, d.parent_id FROM up JOIN public.orgs_department d ON d.id = up.parent_id
) SELECT coalesce(array_agg(id), '{}') FROM up $$;

-- Held by whoever names departments in rights: nobody moves them, or in them, before that is done.
CREATE OR REPLACE FUNCTION priv.hold_departments(one uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = '' AS $$
BEGIN
    PERFORM FROM public.orgs_organization o JOIN public.orgs_department d ON d.organization_id = o.id
     WHERE d.id = one FOR SHARE OF o;
END $$;
"""

RIGHTS = """
CREATE OR REPLACE FUNCTION priv.channel_rights(place uuid, who uuid)
RETURNS TABLE (channel_id uuid, user_id uuid, level integer, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
WITH named AS MATERIALIZED (
    SELECT DISTINCT g.department_id FROM public.chat_channelgrant g
     WHERE g.department_id IS NOT NULL AND (place IS NULL OR g.on_id = place)
), staff AS MATERIALIZED (
    SELECT one AS department_id, s.user_id, s.organization_id FROM public.orgs_membership s
     CROSS JOIN LATERAL unnest(priv.departments(s.user_id, s.organization_id)) one
     WHERE s.user_id = who AND s.state = 'active' AND s.department_id IS NOT NULL AND EXISTS (SELECT FROM named)
    UNION ALL
    SELECT t.department_id, t.user_id, t.organization_id FROM priv.staff(ARRAY(SELECT department_id FROM named)) t
     WHERE who IS NULL
)
SELECT n.channel_id, n.user_id, priv.rank(m.role), m.expires_at
  FROM public.chat_channelmember n JOIN public.chat_channel c ON c.id = n.channel_id
  JOIN public.workspaces_member m ON m.workspace_id = c.workspace_id AND m.user_id = n.user_id
 WHERE (place IS NULL OR n.channel_id = place) AND (who IS NULL OR n.user_id = who)
   AND (c.internal_to_id IS NULL OR (c.internal_to_id = m.organization_id AND m.contact_id IS NULL))
UNION ALL
SELECT g.on_id, m.user_id, least(priv.rank(g.level), CASE WHEN m.contact_id IS NULL THEN 4 ELSE 3 END),
       least(m.expires_at, g.expires_at)
  FROM public.chat_channelgrant g JOIN public.chat_channel c ON c.id = g.on_id
  JOIN public.workspaces_member m ON m.workspace_id = c.workspace_id
   AND CASE WHEN g.user_id IS NOT NULL THEN g.user_id = m.user_id
            WHEN m.contact_id IS NOT NULL THEN false
            WHEN g.organization_id IS NOT NULL THEN g.organization_id = m.organization_id
            WHEN g.department_id IS NOT NULL THEN (g.department_id, m.user_id, m.organization_id) IN (
                SELECT t.department_id, t.user_id, t.organization_id FROM staff t)
            ELSE true END
 WHERE (place IS NULL OR g.on_id = place) AND (who IS NULL OR m.user_id = who)
   AND (c.internal_to_id IS NULL OR (c.internal_to_id = m.organization_id AND m.contact_id IS NULL)) $$;
"""

TRIGGERS = """
-- Writes each of these channels anew for one person, or for all. They are held first, in one order, by everybody who
-- does so: what others have not committed yet would be missing here, and what is changed here would be missing there.
CREATE OR REPLACE FUNCTION priv.index_these(places uuid[], who uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = '' AS $$
DECLARE one uuid;
BEGIN
    PERFORM FROM public.chat_channel c WHERE c.id = ANY (places) ORDER BY c.id FOR NO KEY UPDATE;
    FOREACH one IN ARRAY places LOOP
        PERFORM priv.index_channels(one, who);
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION priv.index_by_trigger() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = '' AS $$
DECLARE one record;
BEGIN
    IF TG_OP = 'DELETE' THEN one := OLD; ELSE one := NEW; END IF;
    CASE TG_TABLE_NAME
        WHEN 'chat_channelmember' THEN PERFORM priv.index_these(ARRAY[one.channel_id], one.user_id);
        WHEN 'chat_channelgrant' THEN
            IF TG_OP = 'UPDATE' AND OLD.user_id IS DISTINCT FROM NEW.user_id THEN one.user_id := NULL; END IF;
            PERFORM priv.index_these(ARRAY[one.on_id], one.user_id);
        WHEN 'workspaces_member' THEN
            -- Those of its room alone. All are held before it is asked what is given on them.
            PERFORM FROM public.chat_channel c WHERE c.workspace_id = one.workspace_id ORDER BY c.id FOR NO KEY UPDATE;
            PERFORM priv.index_these(ARRAY(
                SELECT c.id FROM public.chat_channel c WHERE c.workspace_id = one.workspace_id AND (
                    EXISTS (SELECT FROM public.chat_channelgrant g WHERE g.on_id = c.id)
                    OR EXISTS (SELECT FROM public.chat_channelmember n WHERE n.channel_id = c.id AND n.user_id = one.user_id)
                    OR EXISTS (SELECT FROM public.chat_channelpermission i WHERE i.content_object_id = c.id AND i.user_id = one.user_id))
            ), one.user_id);
        ELSE -- a membership: it matters where rights name departments of its organization
            PERFORM priv.index_these(ARRAY(
                SELECT DISTINCT g.on_id FROM public.workspaces_member m
                  JOIN public.chat_channel c ON c.workspace_id = m.workspace_id
                  JOIN public.chat_channelgrant g ON g.on_id = c.id AND g.department_id IS NOT NULL
                  JOIN public.orgs_department d ON d.id = g.department_id AND d.organization_id = one.organization_id
                 WHERE m.user_id = one.user_id AND m.organization_id = one.organization_id
            ), one.user_id);
    END CASE;
    RETURN NULL;
END $$;

-- Departments that moved matter to rights that name one of those they were below, or are below now.
CREATE OR REPLACE FUNCTION priv.index_moved_departments() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = '' AS $$
DECLARE above uuid[]; places uuid[];
BEGIN
    -- Rows are not matched one by one: plans are kept, and the first is made for a single row.
    SELECT array_agg(DISTINCT one.parent_id) INTO above FROM (
        (SELECT id, parent_id FROM was EXCEPT SELECT id, parent_id FROM moved)
        UNION ALL (SELECT id, parent_id FROM moved EXCEPT SELECT id, parent_id FROM was)) one
     WHERE one.parent_id IS NOT NULL;
    IF above IS NOT NULL THEN
        above := priv.at_or_above(above);  -- once, not for each right
        places := ARRAY(SELECT DISTINCT g.on_id FROM public.chat_channelgrant g WHERE g.department_id = ANY (above));
        PERFORM priv.index_these(places, NULL);
        -- Sockets look again before they deliver.
        UPDATE public.chat_channel c SET acl_version = c.acl_version + 1 WHERE c.id = ANY (places);
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER index ON orgs_department;
CREATE TRIGGER index AFTER UPDATE ON orgs_department REFERENCING OLD TABLE AS was NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION priv.index_moved_departments();
DROP TRIGGER index ON orgs_membership;
CREATE TRIGGER index AFTER INSERT OR UPDATE OF department_id, state OR DELETE ON orgs_membership
    FOR EACH ROW EXECUTE FUNCTION priv.index_by_trigger();

REVOKE ALL ON FUNCTION priv.staff(uuid[]), priv.at_or_below(uuid[]), priv.at_or_above(uuid[]), priv.index_these(uuid[], uuid),
    priv.index_moved_departments(), priv.hold_departments(uuid) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION priv.staff(uuid[]), priv.at_or_below(uuid[]), priv.at_or_above(uuid[]), priv.index_these(uuid[], uuid),
    priv.index_moved_departments() FROM collab_app;
GRANT EXECUTE ON FUNCTION priv.hold_departments(uuid) TO collab_app, collab_system;
"""

# Back: what stands says the same as what was, and goes on.
BACK = migrations.RunSQL.noop


class Migration(migrations.Migration):
    dependencies = [("chat", "0007_reach"), ("access", "0001_initial"), ("orgs", "0004_platform")]

    operations = [migrations.RunSQL(WALKS + RIGHTS + TRIGGERS, BACK, elidable=False)]
