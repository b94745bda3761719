"""What a command has taken it may read and write without being asked again, row by row and table by table, who it acts for.

A command takes its request's row, which the policies let it find; from then on, until its transaction ends, that one request is
known by its key. Policies are asked from the last by name, and what one lets through is not asked of the others.

And whom a request makes known is looked up by its viewers: among some thousand requests, all viewers there are were read each time.
"""

from importlib import import_module

from django.db import migrations

before = import_module("approvals.migrations.0032_parted")

ME = "(SELECT priv.actor())"
TAKEN = "(SELECT priv.taken())"
RULES = {
    "approvals_instance": f"""
CREATE POLICY taken_seen ON approvals_instance FOR SELECT TO collab_app USING (id = {TAKEN});
CREATE POLICY taken_moved ON approvals_instance FOR UPDATE TO collab_app USING (id = {TAKEN});
""",
    "approvals_party": f"""
CREATE POLICY taken_all ON approvals_party TO collab_app USING (instance_id = {TAKEN});
""",
    "approvals_run": f"""
CREATE POLICY taken_seen ON approvals_run FOR SELECT TO collab_app USING (instance_id = {TAKEN});
CREATE POLICY taken_opened ON approvals_run FOR INSERT TO collab_app WITH CHECK (instance_id = {TAKEN});
CREATE POLICY taken_moved ON approvals_run FOR UPDATE TO collab_app USING (instance_id = {TAKEN});
""",
    # Whose word it is stays as strict as ever: see 0006 and 0010.
    "approvals_assignment": f"""
CREATE POLICY taken_seen ON approvals_assignment FOR SELECT TO collab_app USING (instance_id = {TAKEN});
CREATE POLICY taken_opened ON approvals_assignment FOR INSERT TO collab_app WITH CHECK (instance_id = {TAKEN}
    AND actor_id IS NULL AND state IN ('PENDING', 'WAITING', 'CANCELLED', 'AUTO_APPROVED', 'COPIED'));
CREATE POLICY taken_moved ON approvals_assignment FOR UPDATE TO collab_app USING (instance_id = {TAKEN})
    WITH CHECK (instance_id = {TAKEN} AND (actor_id IS NULL OR principal_id = {ME} OR state = 'CANCELLED'));
""",
    "approvals_instanceevent": f"""
CREATE POLICY taken_recorded ON approvals_instanceevent FOR INSERT TO collab_app
    WITH CHECK (instance_id = {TAKEN} AND (actor_id IS NULL OR actor_id = {ME}));
""",
}
FUNCTIONS = """
-- Named beside the person, so that whoever acts next in the same transaction has taken nothing.
CREATE FUNCTION priv.take(request uuid) RETURNS text LANGUAGE sql AS $$
SELECT set_config('app.taken', concat(current_setting('app.user', true), ' ', request), true) $$;
CREATE FUNCTION priv.taken() RETURNS uuid LANGUAGE sql STABLE AS $$
SELECT CASE split_part(current_setting('app.taken', true), ' ', 1) WHEN current_setting('app.user', true)
       THEN NULLIF(split_part(current_setting('app.taken', true), ' ', 2), '')::uuid END $$;
GRANT EXECUTE ON FUNCTION priv.take(uuid), priv.taken() TO collab_app, collab_system;

-- The parties of it with their organizations, whose names the request itself makes known.
CREATE VIEW priv.taken_parties WITH (security_barrier) AS
SELECT p AS party, o AS organization, p.id FROM public.approvals_party p
  JOIN public.orgs_organization o ON o.id = p.organization_id WHERE p.instance_id = (SELECT priv.taken());
REVOKE ALL ON priv.taken_parties FROM PUBLIC;
GRANT SELECT ON priv.taken_parties TO collab_app, collab_system;
"""
begin = before.MEETS.index("CREATE OR REPLACE FUNCTION priv.acquaint")
BEFORE = before.MEETS[begin : before.MEETS.index("END $$;", begin) + 7]
ACQUAINT = BEFORE.replace(
    "JOIN public.approvals_viewer v ON v.instance_id = n.instance_id",
    """CROSS JOIN LATERAL (SELECT one.organization_id, one.user_id FROM public.approvals_viewer one
             WHERE one.instance_id = n.instance_id OFFSET 0) v""",
)
GONE = """
DROP VIEW priv.taken_parties;
DROP FUNCTION priv.taken(), priv.take(uuid);
"""


def named(rules):
    return [words.split()[0] for words in rules.split("CREATE POLICY ")[1:]]


class Migration(migrations.Migration):
    dependencies = [("approvals", "0032_parted")]

    operations = [
        migrations.RunSQL(
            FUNCTIONS + "".join(RULES.values()) + ACQUAINT,
            BEFORE
            + "".join(f"DROP POLICY {name} ON {table};\n" for table, rules in RULES.items() for name in named(rules))
            + GONE,
            elidable=False,
        )
    ]
