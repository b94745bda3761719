"""Lists of which there may be very much: however much it is, as many rows are looked at as are shown."""

import re

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals import nearest
from collab.engines import SUPERUSER
from kernel.acting import acting
from tests.conftest import ground

TABLES = ("approvals_instance", "approvals_assignment", "approvals_viewer")
# Twenty thousand requests, of which every tenth was asked for by one person and every tenth decided, who steers the
# organization that asked; the others are those of another one.
MUCH = """
INSERT INTO approvals_instance (id, created_at, definition_id, version_id, number, title, form, form_rev, round, state,
                                initiator_id, acting_org_id, last_seq)
SELECT gen_random_uuid(), now(), gen_random_uuid(), gen_random_uuid(), 'N-' || n, 'Request ' || n, '{}', 1, 1, 'APPROVED',
       CASE WHEN mod(n, 10) = 0 THEN %(one)s::uuid ELSE gen_random_uuid() END,
       CASE WHEN mod(n, 10) < 2 THEN %(org)s ELSE gen_random_uuid() END, 1 FROM generate_series(1, 20000) n;
INSERT INTO approvals_assignment (id, created_at, instance_id, run_id, principal_id, actor_id, state, place, comment, audience)
SELECT gen_random_uuid(), now(), id, gen_random_uuid(), who, who, 'APPROVED', 1, '', 'internal' FROM (
       SELECT id, CASE WHEN acting_org_id = %(org)s AND initiator_id <> %(one)s THEN %(one)s::uuid ELSE gen_random_uuid() END
         FROM approvals_instance) decided(id, who);
INSERT INTO approvals_viewer (id, instance_id, definition_id, version_id, organization_id, user_id)
SELECT row_number() OVER (), id, definition_id, version_id, acting_org_id,
       CASE WHEN acting_org_id = %(org)s THEN who ELSE initiator_id END
  FROM approvals_instance, unnest(ARRAY[%(one)s::uuid, NULL]) who WHERE acting_org_id = %(org)s OR who IS NULL;
"""
MOST = 60  # rows of a table at one place of a question whose page has 26
RULES = "SELECT tablename, policyname, qual FROM pg_policies WHERE schemaname = 'public' AND tablename = ANY (%s) AND cmd = 'SELECT'"


@pytest.fixture
def owner(cast):
    """A connection on which there is much, guarded row by row as ever; it is gone afterwards."""
    place = {
        "host": str(ground.engines.run),
        "dbname": ground.database,
        "cursor_factory": psycopg.ClientCursor,
    }
    with psycopg.connect(**place, user=SUPERUSER, autocommit=True) as found:
        rules = found.execute(RULES, [list(TABLES)]).fetchall()
        for one in TABLES:
            found.execute(
                f"CREATE TEMPORARY TABLE {one} (LIKE public.{one} INCLUDING DEFAULTS INCLUDING INDEXES)"
            )
        found.execute(MUCH, {"one": cast.nora.user_id, "org": cast.northwind.pk})
        found.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
        for table, name, shown in rules:
            found.execute(
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; GRANT SELECT ON {table} TO collab_app"
            )
            found.execute(f"CREATE POLICY {name} ON {table} FOR SELECT TO collab_app USING ({shown})")
        yield found


def looked_at(owner, question):
    """Return how a question reads the three tables, in order, and how many rows of each: [(way, table, rows)]."""
    ((plan,),) = owner.execute("EXPLAIN (ANALYZE, FORMAT json) " + question).fetchone()
    found = [one for one in nodes(plan["Plan"]) if one.get("Relation Name") in TABLES and one["Actual Loops"]]
    return [(one["Node Type"], one["Relation Name"], looks(one) * one["Actual Loops"]) for one in found]


def looks(one):
    """Count a look that finds nothing as well."""
    return max(1, one["Actual Rows"] + one.get("Rows Removed by Filter", 0))


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


@pytest.mark.parametrize("is_newest", [True, False], ids=["newest", "oldest"])
@pytest.mark.parametrize("tab", nearest.WALKED)
def test_a_page_of_a_long_list_looks_at_what_it_shows(cast, owner, tab, is_newest):
    with acting(cast.nora), CaptureQueriesContext(connection) as asked:
        nearest.nearest(cast.nora, tab, lambda rows: rows, None, 26, is_newest=is_newest)
    owner.execute("SELECT set_config('app.user', %s, false)", [str(cast.nora.user_id)])
    owner.execute("SET ROLE collab_app")

    read = looked_at(owner, asked[-1]["sql"].rpartition("ROLE NONE; ")[2])
    assert read
    assert not [one for one in read if "Index" not in one[0] or one[2] > MOST]


@pytest.mark.parametrize("end", [0, 1], ids=["newest", "oldest"])
@pytest.mark.parametrize("tab", nearest.WALKED)
def test_who_knows_of_many_has_words_sought_in_an_index_and_nothing_read_but_what_fits(cast, owner, tab, end):
    words = owner.execute("SELECT prosrc FROM pg_proc WHERE proname = 'requests_called'").fetchone()[0]
    question = re.findall(r"RETURN QUERY (.*?);", words, re.DOTALL)[2 + end].replace("public.", "")
    known = {
        "me": f"'{cast.nora.user_id}'::uuid", "worked": f"'{{{cast.northwind.pk}}}'::uuid[]", "let_into": "'{}'::uuid[]",
        "steered": f"'{{{cast.northwind.pk}}}'::uuid[]", "said": "'%REQUEST 777%'", "tab": f"'{tab}'", "size": "26",
        "beyond": f"'{nearest.ENDS[end == 0]}'::uuid",
    }  # fmt: skip

    read = looked_at(
        owner, re.sub(r"\b(" + "|".join(known) + r")\b", lambda found: known[found[0]], question)
    )

    assert read[0][:2] == ("Index Only Scan", "approvals_instance")
    assert sum(rows for _way, _table, rows in read[1:]) <= 3 * 11, "of eleven that fit"
