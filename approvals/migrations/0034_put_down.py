"""What a command leaves is put down by one function, which asks once whether it is the actor's to write.

Row by row and table by table the policies were asked the same again, and who knows of a request was worked out anew after each
table. They stay as they are for whoever writes otherwise. Of a command the function asks what they ask: that the request is one that
the actor has taken, or asks for now, and that every word in it is their own.
"""

from django.db import migrations

# What a row that is new holds, and what of it a command may change.
NEW = {
    "requests": ("approvals_instance", """id, created_at, definition_id, version_id, number, workspace_id, title, form, form_rev, round, state,
        initiator_id, keeper_id, acting_org_id, submitted_at, settled_at, last_seq, heads, proposal, choices, parent_run_id,
        amends_id, purpose""", "new.id = request"),
    "parties": ("approvals_party", "instance_id, key, organization_id, asked_at", "new.instance_id = request"),
    "runs": ("approvals_run", """id, created_at, instance_id, parent_id, node, type, party, party_org_id, mode, state, round, due_at,
        settled_at, said, approved, rejected, abstained, pending, tally, reason, version_id""", "new.instance_id = request"),
    "slots": ("approvals_assignment", """id, created_at, instance_id, run_id, principal_id, actor_id, state, place, decided_at, read_at,
        comment, salt, signature, audience, form_rev, view_hash, weight, part, added_by_id""",
        """new.instance_id = request AND (me IS NULL OR (new.actor_id IS NULL
          AND new.state IN ('PENDING', 'WAITING', 'CANCELLED', 'AUTO_APPROVED', 'COPIED')))"""),
    "timers": ("approvals_timer", "id, created_at, run_id, kind, n, at, fired_at, outcome",
        """(SELECT r.instance_id = request AND (me IS NULL OR (new.fired_at IS NULL AND r.state IN ('ACTIVE', 'SUSPENDED')))
             FROM public.approvals_run r WHERE r.id = new.run_id)"""),
    "events": ("approvals_instanceevent", """id, created_at, instance_id, seq, type, at, actor_id, principal_id, acting_org_id, audience,
        payload, prev, hash""", "new.instance_id = request AND (me IS NULL OR new.actor_id IS NULL OR new.actor_id = me)"),
}  # fmt: skip
# Rows are looked up by their keys, of which there are few: by their request a vote would read as many as are asked.
KEYED = "new.id = old.id AND old.id = ANY (ARRAY(SELECT (one ->> 'id')::uuid FROM jsonb_array_elements(page -> 'moved_{}') one))"
HERE = "old.instance_id IS NOT DISTINCT FROM request"
MOVED = {
    # Before the form, which names whoever came in somebody's place: who was replaced is no party any more by then.
    "parties": ("approvals_party", "asked_at, organization_id", "new.key = old.key AND old.instance_id = request"),
    "requests": ("approvals_instance", """title, form, form_rev, number, round, state, submitted_at, settled_at, last_seq, heads, choices,
        proposal, keeper_id""", "new.id = request AND old.id = request"),
    "runs": ("approvals_run", """state, settled_at, said, approved, rejected, abstained, pending, tally, reason, mode, version_id,
        due_at""", f"{KEYED} AND {HERE}"),
    # Whose word it is stays as strict as ever: see 0006 and 0010.
    "slots": ("approvals_assignment", """state, actor_id, decided_at, comment, salt, signature, audience, form_rev, view_hash, part,
        weight""", f"""{KEYED} AND {HERE} AND (me IS NULL OR new.actor_id IS NULL OR old.principal_id = me
          OR new.state = 'CANCELLED' OR (new.actor_id = me AND old.principal_id = ANY ((SELECT priv.principals())::uuid[])))"""),
    "timers": ("approvals_timer", "fired_at, outcome", f"""{KEYED} AND me IS NULL AND (SELECT r.instance_id = request
             FROM public.approvals_run r WHERE r.id = old.run_id)"""),
}  # fmt: skip


def part(key, statement):
    return f"""
    IF page ? '{key}' THEN
        {statement};
        GET DIAGNOSTICS done = ROW_COUNT;
        missing := missing + jsonb_array_length(page -> '{key}') - done;
    END IF;"""


def added(key):
    table, columns, allowed = NEW[key]
    return part(key, f"""INSERT INTO public.{table} ({columns})
        SELECT {columns} FROM jsonb_populate_recordset(NULL::public.{table}, page -> '{key}') AS new
         WHERE {allowed}""")  # noqa: S608  names of our own


def changed(key):
    table, columns, allowed = MOVED[key]
    named = ", ".join(f"{one} = new.{one}" for one in columns.replace("\n", " ").replace(" ", "").split(","))
    return part(f"moved_{key}", f"""UPDATE public.{table} AS old SET {named}
          FROM jsonb_populate_recordset(NULL::public.{table}, page -> 'moved_{key}') AS new
         WHERE {allowed.format(key)}""")  # noqa: S608  names of our own


FUNCTIONS = f"""
-- A page of one request: rows that are new, rows that are moved on, and steps whose slots end with them. ``me`` is whose words
-- it may hold, nobody where the platform writes.
CREATE FUNCTION priv.put_down(page jsonb, me uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = '' SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    request uuid := page ->> 'request';
    missing int := 0;
    done int;
BEGIN{"".join(map(added, ("requests", "parties", "runs", "slots", "timers")))}{"".join(map(changed, MOVED))}
    IF page ? 'closed' THEN
        UPDATE public.approvals_assignment AS old SET state = 'CANCELLED'
         WHERE old.run_id = ANY (ARRAY(SELECT jsonb_array_elements_text(page -> 'closed')::uuid)) AND {HERE}
           AND old.state IN ('PENDING', 'WAITING')
           AND old.id <> ALL (ARRAY(SELECT jsonb_array_elements_text(page -> 'but')::uuid));
    END IF;{added("events")}
    IF missing <> 0 THEN
        RAISE EXCEPTION 'some of it is not the actor''s to write' USING ERRCODE = 'insufficient_privilege';
    END IF;

    -- Who knows of it from now on: who asks, a side since a step of it began, and whoever is asked. As the triggers of 0006 say.
    IF page ?| ARRAY['requests', 'parties', 'runs', 'slots'] THEN
        INSERT INTO public.approvals_viewer (instance_id, definition_id, version_id, organization_id, user_id)
        SELECT i.id, i.definition_id, i.version_id, knows.side, knows.person
          FROM public.approvals_instance i CROSS JOIN LATERAL (
               SELECT i.acting_org_id, i.initiator_id WHERE page ? 'requests'
               UNION ALL
               SELECT new.party_org_id, NULL FROM jsonb_to_recordset(page -> 'runs') AS new (party_org_id uuid)
               UNION ALL
               SELECT (SELECT r.party_org_id FROM public.approvals_run r WHERE r.id = new.run_id), new.principal_id
                 FROM jsonb_to_recordset(page -> 'slots') AS new (run_id uuid, principal_id uuid)) knows (side, person)
         WHERE i.id = request AND NOT EXISTS (
               SELECT FROM public.approvals_viewer v WHERE v.instance_id = request AND v.organization_id = knows.side
                  AND (v.user_id = knows.person OR (v.user_id IS NULL AND knows.person IS NULL)) OFFSET 0)
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS done = ROW_COUNT;
        IF done = 0 AND page ? 'parties' THEN  -- those who come to know of it are acquainted as they do
            PERFORM priv.acquaint(ARRAY[request]);
        END IF;
    END IF;
END $$;

CREATE FUNCTION priv.write_down(page jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    me uuid := priv.actor();
    request uuid := page ->> 'request';
    worked uuid[];
BEGIN
    IF page ? 'requests' THEN
        worked := priv.worked();
        PERFORM FROM jsonb_to_recordset(page -> 'requests') AS new (initiator_id uuid, acting_org_id uuid, definition_id uuid)
           JOIN public.approvals_definition d ON d.id = new.definition_id AND d.organization_id = ANY (worked)
          WHERE new.initiator_id = me AND new.acting_org_id = ANY (worked);
    ELSE
        PERFORM WHERE me IS NOT NULL AND (request = priv.taken() OR EXISTS (  -- begun a moment ago, beside another that was taken
                SELECT FROM public.approvals_instance i
                 WHERE i.id = request AND i.initiator_id = me AND i.acting_org_id = ANY (priv.worked())));
    END IF;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the request is not the actor''s to write' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM priv.put_down(page, me);
END $$;
REVOKE ALL ON FUNCTION priv.put_down(jsonb, uuid), priv.write_down(jsonb) FROM PUBLIC, collab_app, collab_system;
GRANT EXECUTE ON FUNCTION priv.put_down(jsonb, uuid) TO collab_system;
GRANT EXECUTE ON FUNCTION priv.write_down(jsonb) TO collab_app;
"""
# What belongs to the request that a command has taken, found by its key; of each party whether it and the host work together, and as what.
TAKEN = """
CREATE OR REPLACE VIEW priv.taken_parties WITH (security_barrier) AS
SELECT p AS party, o AS organization, p.id,
       (SELECT s.kind FROM public.approvals_instance i JOIN public.orgs_partnership s ON s.state = 'active'
           AND ((s.host_id = i.acting_org_id AND s.partner_id = o.id) OR (s.host_id = o.id AND s.partner_id = i.acting_org_id))
         WHERE i.id = p.instance_id ORDER BY s.id LIMIT 1) AS works_as
  FROM public.approvals_party p
  JOIN public.orgs_organization o ON o.id = p.organization_id WHERE p.instance_id = (SELECT priv.taken());

CREATE VIEW priv.taken_host WITH (security_barrier) AS
SELECT o AS organization FROM public.approvals_instance i JOIN public.orgs_organization o ON o.id = i.acting_org_id
 WHERE i.id = (SELECT priv.taken());

CREATE VIEW priv.taken_runs WITH (security_barrier) AS
SELECT r AS run, r.state FROM public.approvals_run r WHERE r.instance_id = (SELECT priv.taken());

CREATE VIEW priv.taken_slots WITH (security_barrier) AS
SELECT a AS slot, r AS run, a.id, a.principal_id, a.actor_id, r.party_org_id
  FROM public.approvals_assignment a JOIN public.approvals_run r ON r.id = a.run_id
 WHERE a.instance_id = (SELECT priv.taken());

REVOKE ALL ON priv.taken_host, priv.taken_runs, priv.taken_slots FROM PUBLIC;
GRANT SELECT ON priv.taken_host, priv.taken_runs, priv.taken_slots TO collab_app, collab_system;
"""
TAKEN_BACK = """
DROP VIEW priv.taken_slots, priv.taken_runs, priv.taken_host, priv.taken_parties;
CREATE VIEW priv.taken_parties WITH (security_barrier) AS
SELECT p AS party, o AS organization, p.id FROM public.approvals_party p
  JOIN public.orgs_organization o ON o.id = p.organization_id WHERE p.instance_id = (SELECT priv.taken());
REVOKE ALL ON priv.taken_parties FROM PUBLIC;
GRANT SELECT ON priv.taken_parties TO collab_app, collab_system;
"""
# Triggers tell who knows of it wherever somebody writes by themselves: the owner, or a login that has not become the owner by the function.
ELSEWHERE = "WHEN (current_user = session_user OR current_user <> 'collab_owner') "
TRIGGERS = "".join(
    f"""
DROP TRIGGER {name} ON {table};
CREATE TRIGGER {name} AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT {{when}}EXECUTE FUNCTION priv.{function}();
"""
    for name, table, function in (
        ("view", "approvals_instance", "show_to_asker"),
        ("view", "approvals_run", "show_to_side"),
        ("view", "approvals_assignment", "show_to_assignee"),
        ("acquaint", "approvals_party", "acquaint_these"),
    )
)
GONE = "DROP FUNCTION priv.write_down(jsonb), priv.put_down(jsonb, uuid);\n"


class Migration(migrations.Migration):
    dependencies = [("approvals", "0033_taken")]

    operations = [
        migrations.RunSQL(
            FUNCTIONS + TAKEN + TRIGGERS.format(when=ELSEWHERE),
            TRIGGERS.format(when="") + TAKEN_BACK + GONE,
            elidable=False,
        )
    ]
