"""Which requests and definitions the application's login reaches: those that the current actor asks, decides or steers."""

# allows ADD_UNIQUE: what is made unique holds a key that is so already; no row the version before writes can clash
from django.db import migrations

TABLES = (
    "approvals_definition",
    "approvals_version",
    "approvals_counter",
    "approvals_instance",
    "approvals_party",
    "approvals_run",
    "approvals_assignment",
    "approvals_comment",
    "approvals_instanceevent",
)

FUNCTIONS = """
-- Who asked, who decides or decided, and who steers an organization whose turn has come.
CREATE FUNCTION priv.approvals() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(found.id), '{}') FROM (
    SELECT i.id FROM public.approvals_instance i
     WHERE i.initiator_id = priv.actor() AND i.acting_org_id = ANY ((SELECT priv.worked())::uuid[])
    UNION
    SELECT a.instance_id FROM public.approvals_assignment a JOIN public.approvals_run r ON r.id = a.run_id
     WHERE a.principal_id = priv.actor() AND r.party_org_id = ANY ((SELECT priv.worked())::uuid[])
    UNION
    SELECT r.instance_id FROM public.approvals_run r WHERE r.party_org_id = ANY ((SELECT priv.steered())::uuid[])
) found $$;

CREATE FUNCTION priv.definitions(places uuid[]) RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
SELECT coalesce(array_agg(d.id), '{}') FROM public.approvals_definition d WHERE d.organization_id = ANY (places) $$;

CREATE FUNCTION priv.followed_definitions() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
SELECT coalesce(array_agg(DISTINCT i.definition_id), '{}') FROM public.approvals_instance i
 WHERE i.id = ANY ((SELECT priv.approvals())::uuid[]) $$;

CREATE FUNCTION priv.followed_versions() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
SELECT coalesce(array_agg(DISTINCT i.version_id), '{}') FROM public.approvals_instance i
 WHERE i.id = ANY ((SELECT priv.approvals())::uuid[]) $$;

-- Organizations that a request names: who asks, who is party to it, and those that stand in its form.
CREATE FUNCTION priv.named_in_approvals() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = '' AS $$
WITH seen AS (
    SELECT i.* FROM public.approvals_instance i WHERE i.id = ANY ((SELECT priv.approvals())::uuid[])
)
SELECT coalesce(array_agg(DISTINCT found.id), '{}') FROM (
    SELECT acting_org_id AS id FROM seen
    UNION
    SELECT p.organization_id FROM public.approvals_party p JOIN seen ON seen.id = p.instance_id
    UNION
    SELECT r.party_org_id FROM public.approvals_run r JOIN seen ON seen.id = r.instance_id
    UNION
    SELECT (seen.form ->> (field ->> 'id'))::uuid FROM seen
      JOIN public.approvals_version v ON v.id = seen.version_id,
           jsonb_path_query(v.body, '$.form.fields[*] ? (@.type == "org")') AS field
     WHERE seen.form ->> (field ->> 'id') ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
) found $$;
"""
SIGNATURES = (
    "approvals()",
    "definitions(uuid[])",
    "followed_definitions()",
    "followed_versions()",
    "named_in_approvals()",
)
GRANTS = "".join(
    f"REVOKE ALL ON FUNCTION priv.{one} FROM PUBLIC;\n"
    f"GRANT EXECUTE ON FUNCTION priv.{one} TO collab_app, collab_system;\n"
    for one in SIGNATURES
)


def among(call):
    return f"ANY ((SELECT priv.{call})::uuid[])"


ME = "(SELECT priv.actor())"
WORKED, STEERED, SEEN = map(among, ("worked()", "steered()", "approvals()"))
OURS, STEERED_HERE = map(among, ("definitions(priv.worked())", "definitions(priv.steered())"))

# FOR UPDATE asks the USING of UPDATE, so whoever works with a definition may lock it; WITH CHECK says who may change it.
POLICIES = f"""
CREATE POLICY named_in_approvals ON orgs_organization FOR SELECT TO collab_app
    USING (id = {among("named_in_approvals()")});

CREATE POLICY working ON approvals_definition FOR SELECT TO collab_app
    USING (organization_id = {WORKED} OR id = {among("followed_definitions()")});
CREATE POLICY defining ON approvals_definition FOR INSERT TO collab_app WITH CHECK (organization_id = {STEERED});
CREATE POLICY changing ON approvals_definition FOR UPDATE TO collab_app
    USING (organization_id = {WORKED}) WITH CHECK (organization_id = {STEERED});

CREATE POLICY working ON approvals_version FOR SELECT TO collab_app
    USING (definition_id = {OURS} OR id = {among("followed_versions()")});
CREATE POLICY defining ON approvals_version FOR INSERT TO collab_app WITH CHECK (definition_id = {STEERED_HERE});
CREATE POLICY changing ON approvals_version FOR UPDATE TO collab_app
    USING (definition_id = {OURS}) WITH CHECK (definition_id = {STEERED_HERE});

CREATE POLICY counting ON approvals_counter FOR SELECT TO collab_app USING (definition_id = {OURS});
CREATE POLICY beginning ON approvals_counter FOR INSERT TO collab_app WITH CHECK (definition_id = {OURS});
CREATE POLICY raising ON approvals_counter FOR UPDATE TO collab_app
    USING (definition_id = {OURS}) WITH CHECK (definition_id = {OURS});

CREATE POLICY seeing ON approvals_instance FOR SELECT TO collab_app USING (id = {SEEN});
CREATE POLICY asking ON approvals_instance FOR INSERT TO collab_app
    WITH CHECK (initiator_id = {ME} AND acting_org_id = {WORKED} AND definition_id = {OURS});
CREATE POLICY moving ON approvals_instance FOR UPDATE TO collab_app USING (id = {SEEN}) WITH CHECK (id = {SEEN});

CREATE POLICY seeing ON approvals_party FOR SELECT TO collab_app USING (instance_id = {SEEN});
CREATE POLICY binding ON approvals_party FOR INSERT TO collab_app WITH CHECK (instance_id = {SEEN});
CREATE POLICY asking ON approvals_party FOR UPDATE TO collab_app
    USING (instance_id = {SEEN}) WITH CHECK (instance_id = {SEEN});
CREATE POLICY unbinding ON approvals_party FOR DELETE TO collab_app USING (instance_id = {SEEN});

CREATE POLICY seeing ON approvals_run FOR SELECT TO collab_app USING (instance_id = {SEEN});
CREATE POLICY opening ON approvals_run FOR INSERT TO collab_app WITH CHECK (instance_id = {SEEN});
CREATE POLICY moving ON approvals_run FOR UPDATE TO collab_app
    USING (instance_id = {SEEN}) WITH CHECK (instance_id = {SEEN});

CREATE POLICY seeing ON approvals_assignment FOR SELECT TO collab_app USING (instance_id = {SEEN});
CREATE POLICY opening ON approvals_assignment FOR INSERT TO collab_app
    WITH CHECK (instance_id = {SEEN} AND state IN ('PENDING', 'WAITING'));
-- A word in one's own slot; those of others may only end.
CREATE POLICY deciding ON approvals_assignment FOR UPDATE TO collab_app USING (instance_id = {SEEN})
    WITH CHECK (instance_id = {SEEN} AND (actor_id IS NULL OR principal_id = {ME} OR state = 'CANCELLED'));

CREATE POLICY hearing ON approvals_comment FOR SELECT TO collab_app
    USING (instance_id = {SEEN} AND (audience = 'shared' OR organization_id = {WORKED}));
CREATE POLICY saying ON approvals_comment FOR INSERT TO collab_app
    WITH CHECK (instance_id = {SEEN} AND author_id = {ME} AND organization_id = {WORKED});

CREATE POLICY hearing ON approvals_instanceevent FOR SELECT TO collab_app
    USING (instance_id = {SEEN} AND audience && (SELECT priv.worked())::uuid[]);
CREATE POLICY recording ON approvals_instanceevent FOR INSERT TO collab_app
    WITH CHECK (instance_id = {SEEN} AND (actor_id IS NULL OR actor_id = {ME}));
"""

# A slot stands in a step of its own request, a request follows a version of its own definition.
TENANT_KEYS = """
ALTER TABLE approvals_run ADD CONSTRAINT run_place UNIQUE (id, instance_id);
ALTER TABLE approvals_run ADD CONSTRAINT run_parent_here FOREIGN KEY (parent_id, instance_id)
    REFERENCES approvals_run (id, instance_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE approvals_assignment ADD CONSTRAINT assignment_run_here FOREIGN KEY (run_id, instance_id)
    REFERENCES approvals_run (id, instance_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE approvals_definition ADD CONSTRAINT definition_place UNIQUE (id, organization_id);
ALTER TABLE approvals_instance ADD CONSTRAINT instance_definition_here FOREIGN KEY (definition_id, acting_org_id)
    REFERENCES approvals_definition (id, organization_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE approvals_version ADD CONSTRAINT version_place UNIQUE (id, definition_id);
ALTER TABLE approvals_instance ADD CONSTRAINT instance_version_here FOREIGN KEY (version_id, definition_id)
    REFERENCES approvals_version (id, definition_id) DEFERRABLE INITIALLY DEFERRED;
"""
KEYS_BACK = """
ALTER TABLE approvals_instance DROP CONSTRAINT instance_version_here, DROP CONSTRAINT instance_definition_here;
ALTER TABLE approvals_version DROP CONSTRAINT version_place;
ALTER TABLE approvals_definition DROP CONSTRAINT definition_place;
ALTER TABLE approvals_assignment DROP CONSTRAINT assignment_run_here;
ALTER TABLE approvals_run DROP CONSTRAINT run_parent_here, DROP CONSTRAINT run_place;
DROP POLICY named_in_approvals ON orgs_organization;
"""

ENABLE = "".join(
    f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n"
    f"CREATE POLICY platform ON {table} TO collab_system USING (true) WITH CHECK (true);\n"
    for table in TABLES
)
BACK = KEYS_BACK + "".join(
    f"""
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT policyname FROM pg_policies WHERE tablename = '{table}' LOOP
        EXECUTE format('DROP POLICY %I ON {table}', one.policyname);
    END LOOP;
END $$;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
    for table in TABLES
) + "".join(f"DROP FUNCTION priv.{one};\n" for one in reversed(SIGNATURES))


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_privileges"), ("orgs", "0003_row_level_security")]

    operations = [
        migrations.RunSQL(FUNCTIONS + GRANTS + TENANT_KEYS + ENABLE + POLICIES, BACK, elidable=False)
    ]
