"""Who knows of a request is written down as its steps begin; row by row it is looked up, instead of all being listed.

With each request, those who work with many had longer lists of them drawn up for every single statement.
"""

# allows ADD_UNIQUE: of a table that is new
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TRIGGERS = """
-- Organizations that requests name: of who asks, of who is asked, and those that stand in the form.
CREATE FUNCTION priv.named_in(requests uuid[]) RETURNS TABLE (instance_id uuid, named_id uuid) LANGUAGE sql STABLE
SET search_path = '' SET plan_cache_mode = force_generic_plan AS $$
SELECT v.instance_id, v.organization_id FROM public.approvals_viewer v WHERE v.instance_id = ANY (requests)
UNION
SELECT p.instance_id, p.organization_id FROM public.approvals_party p WHERE p.instance_id = ANY (requests)
UNION
SELECT i.id, o.id FROM public.approvals_instance i
  JOIN public.approvals_version b ON b.id = i.version_id
  JOIN public.orgs_organization o ON o.id = ANY (ARRAY(
       SELECT CASE WHEN said ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN said::uuid END FROM (
              SELECT i.form ->> (field ->> 'id') AS said
                FROM jsonb_path_query(b.body, '$.form.fields[*] ? (@.type == "org")') AS field) field))
 WHERE i.id = ANY (requests) $$;

REVOKE ALL ON FUNCTION priv.named_in(uuid[]) FROM PUBLIC;

CREATE FUNCTION priv.acquaint(requests uuid[]) RETURNS void LANGUAGE plpgsql
SET search_path = '' SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO public.approvals_acquaintance (organization_id, user_id, named_id)
    SELECT DISTINCT v.organization_id, v.user_id, n.named_id
      FROM priv.named_in(requests) n JOIN public.approvals_viewer v ON v.instance_id = n.instance_id
     WHERE NOT EXISTS (
           SELECT FROM public.approvals_acquaintance k WHERE k.named_id = n.named_id
              AND k.organization_id = v.organization_id AND k.user_id IS NOT DISTINCT FROM v.user_id)
    ON CONFLICT DO NOTHING;
END $$;
REVOKE ALL ON FUNCTION priv.acquaint(uuid[]) FROM PUBLIC;

CREATE FUNCTION priv.acquaint_these() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE keys uuid[] := ARRAY(SELECT DISTINCT instance_id FROM fresh);
BEGIN
    IF keys <> '{}' THEN PERFORM priv.acquaint(keys); END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION priv.show_to_asker() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO public.approvals_viewer (instance_id, definition_id, version_id, organization_id, user_id)
    SELECT id, definition_id, version_id, acting_org_id, initiator_id FROM fresh
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION priv.show_to_side() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO public.approvals_viewer (instance_id, definition_id, version_id, organization_id)
    SELECT i.id, i.definition_id, i.version_id, f.party_org_id
      FROM fresh f JOIN public.approvals_instance i ON i.id = f.instance_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE FUNCTION priv.show_to_assignee() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO public.approvals_viewer (instance_id, definition_id, version_id, organization_id, user_id)
    SELECT i.id, i.definition_id, i.version_id, r.party_org_id, f.principal_id
      FROM fresh f JOIN public.approvals_run r ON r.id = f.run_id
      JOIN public.approvals_instance i ON i.id = f.instance_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- Whoever asks, or the wording that is followed, may change while it is a draft, which nobody else views.
CREATE FUNCTION priv.show_anew() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
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

-- Whose step it is, and whose slot, nobody changes: another one begins.
CREATE FUNCTION priv.stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'whose step it is, and whose slot, stays' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER view AFTER INSERT ON approvals_instance REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION priv.show_to_asker();
CREATE TRIGGER view AFTER INSERT ON approvals_run REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION priv.show_to_side();
CREATE TRIGGER view AFTER INSERT ON approvals_assignment REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION priv.show_to_assignee();
CREATE TRIGGER view_anew AFTER UPDATE ON approvals_instance FOR EACH ROW
    WHEN ((OLD.initiator_id, OLD.acting_org_id, OLD.definition_id, OLD.version_id, OLD.form)
          IS DISTINCT FROM (NEW.initiator_id, NEW.acting_org_id, NEW.definition_id, NEW.version_id, NEW.form))
    EXECUTE FUNCTION priv.show_anew();
CREATE TRIGGER side_stays BEFORE UPDATE ON approvals_run FOR EACH ROW
    WHEN ((OLD.instance_id, OLD.party_org_id) IS DISTINCT FROM (NEW.instance_id, NEW.party_org_id))
    EXECUTE FUNCTION priv.stay();
CREATE TRIGGER slot_stays BEFORE UPDATE ON approvals_assignment FOR EACH ROW
    WHEN ((OLD.instance_id, OLD.run_id, OLD.principal_id) IS DISTINCT FROM (NEW.instance_id, NEW.run_id, NEW.principal_id))
    EXECUTE FUNCTION priv.stay();
CREATE TRIGGER acquaint AFTER INSERT ON approvals_viewer REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION priv.acquaint_these();
CREATE TRIGGER acquaint AFTER INSERT ON approvals_party REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION priv.acquaint_these();
"""

FILL = """
INSERT INTO approvals_viewer (instance_id, definition_id, version_id, organization_id, user_id)
SELECT i.id, i.definition_id, i.version_id, i.acting_org_id, i.initiator_id FROM approvals_instance i
UNION
SELECT i.id, i.definition_id, i.version_id, r.party_org_id, NULL::uuid
  FROM approvals_run r JOIN approvals_instance i ON i.id = r.instance_id
UNION
SELECT i.id, i.definition_id, i.version_id, r.party_org_id, a.principal_id
  FROM approvals_assignment a JOIN approvals_run r ON r.id = a.run_id JOIN approvals_instance i ON i.id = a.instance_id;
"""

FUNCTIONS = """
-- Requests that some side's word lets the actor into, beside those that they view: few.
CREATE FUNCTION priv.approvals_let_into() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(g.on_id), '{}') FROM public.approvals_instancegrant g
 WHERE g.given_for_id = ANY ((SELECT priv.worked())::uuid[]) AND (g.expires_at IS NULL OR g.expires_at > now())
   AND (g.user_id = priv.actor() OR g.organization_id = g.given_for_id
     OR g.department_id = ANY ((SELECT priv.departments(priv.actor(), NULL))::uuid[])) $$;

CREATE FUNCTION priv.named_where_let_into() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(DISTINCT n.named_id), '{}') FROM priv.named_in((SELECT priv.approvals_let_into())) n $$;

-- Whoever needs a list of all still has it.
CREATE OR REPLACE FUNCTION priv.approvals() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
SELECT coalesce(array_agg(DISTINCT v.instance_id), '{}') || priv.approvals_let_into() FROM public.approvals_viewer v
 WHERE (v.user_id = priv.actor() AND v.organization_id = ANY ((SELECT priv.worked())::uuid[]))
    OR (v.user_id IS NULL AND v.organization_id = ANY ((SELECT priv.steered())::uuid[])) $$;

REVOKE ALL ON FUNCTION priv.approvals_let_into(), priv.named_where_let_into() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION priv.approvals_let_into(), priv.named_where_let_into() TO collab_app, collab_system;
"""

GONE = """
DROP FUNCTION priv.named_in_approvals();
DROP FUNCTION priv.followed_versions();
DROP FUNCTION priv.followed_definitions();
"""


def among(call):
    return f"ANY ((SELECT priv.{call})::uuid[])"


ME = "(SELECT priv.actor())"
WORKED, STEERED, OURS, LET_INTO = map(among, ("worked()", "steered()", "definitions(priv.worked())", "approvals_let_into()"))
VIEWING = f"organization_id = {WORKED} AND (user_id = {ME} OR (user_id IS NULL AND organization_id = {STEERED}))"


def viewed(column, key):
    """Row by row: with OFFSET PostgreSQL does not list all that they view first."""
    return f"EXISTS (SELECT FROM approvals_viewer v WHERE v.{column} = {key} OFFSET 0)"


def let_into(column, key):
    return f"EXISTS (SELECT FROM approvals_instance i WHERE i.id = {LET_INTO} AND i.{column} = {key})"


def seen(key):
    return f"({viewed('instance_id', key)} OR {key} = {LET_INTO})"


def policies(table):
    """Return all that ask whether a request is theirs to know of, in the words of one table."""
    here = seen(f"{table}.instance_id")
    return {
        "approvals_party": f"""
ALTER POLICY seeing ON approvals_party USING ({here});
ALTER POLICY binding ON approvals_party WITH CHECK ({here});
ALTER POLICY asking ON approvals_party USING ({here}) WITH CHECK ({here});
ALTER POLICY unbinding ON approvals_party USING ({here});
""",
        "approvals_run": f"""
ALTER POLICY seeing ON approvals_run USING ({here});
ALTER POLICY opening ON approvals_run WITH CHECK ({here});
ALTER POLICY moving ON approvals_run USING ({here}) WITH CHECK ({here});
""",
        "approvals_assignment": f"""
ALTER POLICY seeing ON approvals_assignment USING ({here});
ALTER POLICY opening ON approvals_assignment WITH CHECK ({here} AND state IN ('PENDING', 'WAITING'));
ALTER POLICY deciding ON approvals_assignment USING ({here})
    WITH CHECK ({here} AND (actor_id IS NULL OR principal_id = {ME} OR state = 'CANCELLED'));
""",
        "approvals_comment": f"""
ALTER POLICY hearing ON approvals_comment USING ({here} AND (audience = 'shared' OR organization_id = {WORKED}));
ALTER POLICY saying ON approvals_comment WITH CHECK ({here} AND author_id = {ME} AND organization_id = {WORKED});
""",
        "approvals_instanceevent": f"""
ALTER POLICY hearing ON approvals_instanceevent USING ({here} AND audience && (SELECT priv.worked())::uuid[]);
ALTER POLICY recording ON approvals_instanceevent WITH CHECK ({here} AND (actor_id IS NULL OR actor_id = {ME}));
""",
    }[table]


ONE = f"((initiator_id = {ME} AND acting_org_id = {WORKED}) OR {seen('approvals_instance.id')})"
GRANT = seen("approvals_instancegrant.on_id")
NAMED = "EXISTS (SELECT FROM approvals_acquaintance k WHERE k.named_id = orgs_organization.id OFFSET 0)"
FOLLOWED = {
    table: f"({viewed(column, table + '.id')} OR {let_into(column, table + '.id')})"
    for table, column in (("approvals_definition", "definition_id"), ("approvals_version", "version_id"))
}
POLICIES = "".join(map(policies, (
    "approvals_party", "approvals_run", "approvals_assignment", "approvals_comment", "approvals_instanceevent",
))) + f"""
ALTER POLICY seeing ON approvals_instance USING ({ONE});
ALTER POLICY moving ON approvals_instance USING ({ONE}) WITH CHECK ({ONE});

ALTER POLICY seeing ON approvals_instancegrant USING (given_for_id = {WORKED} AND {GRANT});
ALTER POLICY giving ON approvals_instancegrant
    WITH CHECK (given_for_id = {WORKED} AND given_by_id = {ME} AND {GRANT});
ALTER POLICY changing ON approvals_instancegrant USING (given_for_id = {WORKED} AND {GRANT});
ALTER POLICY taking_back ON approvals_instancegrant USING (given_for_id = {WORKED} AND {GRANT});

ALTER POLICY working ON approvals_definition
    USING (organization_id = {WORKED} OR {FOLLOWED["approvals_definition"]});
ALTER POLICY working ON approvals_version USING (definition_id = {OURS} OR {FOLLOWED["approvals_version"]});

ALTER POLICY named_in_approvals ON orgs_organization
    USING ({NAMED} OR id = {among("named_where_let_into()")});

ALTER TABLE approvals_viewer ENABLE ROW LEVEL SECURITY;
ALTER TABLE approvals_acquaintance ENABLE ROW LEVEL SECURITY;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON approvals_viewer, approvals_acquaintance FROM collab_app, collab_system;
CREATE POLICY platform ON approvals_viewer TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY platform ON approvals_acquaintance TO collab_system USING (true) WITH CHECK (true);
CREATE POLICY viewing ON approvals_viewer FOR SELECT TO collab_app USING ({VIEWING});
CREATE POLICY viewing ON approvals_acquaintance FOR SELECT TO collab_app USING ({VIEWING});
"""


def key(to, **options):
    on_delete = options.pop("on_delete", django.db.models.deletion.CASCADE)
    return models.ForeignKey(on_delete=on_delete, related_name=options.pop("related_name", "+"), to=to, **options)


def drawn(to):
    return key(to, on_delete=django.db.models.deletion.DO_NOTHING, db_index=False, db_constraint=False)


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0005_own_definitions"),
        ("orgs", "0005_countries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Viewer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("definition", drawn("approvals.definition")),
                ("version", drawn("approvals.version")),
                ("instance", key("approvals.instance", related_name="viewers")),
                ("organization", key("orgs.organization", db_index=False)),
                ("user", key(settings.AUTH_USER_MODEL, db_index=False, null=True)),
            ],
            options={
                "verbose_name": "Viewer",
                "indexes": [
                    models.Index(fields=["organization", "user", "instance"], name="viewer_viewer"),
                    models.Index(fields=["definition", "organization", "user"], name="viewer_definition"),
                    models.Index(fields=["version", "organization", "user"], name="viewer_version"),
                    models.Index(fields=["user"], name="viewer_user"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("instance", "organization", "user"), name="viewer_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Acquaintance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("named", key("orgs.organization", db_index=False)),
                ("organization", key("orgs.organization", db_index=False)),
                ("user", key(settings.AUTH_USER_MODEL, db_index=False, null=True)),
            ],
            options={
                "verbose_name": "Acquaintance",
                "indexes": [
                    models.Index(fields=["organization"], name="acquaintance_organization"),
                    models.Index(fields=["user"], name="acquaintance_user"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("named", "organization", "user"), name="acquaintance_once", nulls_distinct=False
                    )
                ],
            },
        ),
        # There is no way back but a dump: what the policies before asked is gone.
        migrations.RunSQL(TRIGGERS + FILL + FUNCTIONS + POLICIES + GONE, elidable=False),
    ]
