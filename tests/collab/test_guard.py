"""Nobody serves from a database that would show one tenant what is another's."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.apps import apps
from django.db import connection

from collab import checks, guard, health
from collab.database import ADDRESSES
from collab.engines import SUPERUSER
from collab.outside import OUTSIDE
from orgs.models import Partnership
from tests.conftest import ground
from tests.ground import ROOT

HOLES = {
    "ALTER SCHEMA priv RENAME TO elsewhere": "The database holds nothing of ours yet",
    "ALTER ROLE collab_app SUPERUSER": "The login collab_app is a superuser",
    "ALTER ROLE collab_app BYPASSRLS": "The login collab_app is past row-level security",
    "ALTER ROLE collab_app CREATEROLE": "The login collab_app is a maker of roles",
    "GRANT collab_owner TO collab_app": "The login collab_app is a member of collab_owner",
    "GRANT pg_read_all_data TO collab_app": "The login collab_app is a member of pg_read_all_data",
    "CREATE SCHEMA mine AUTHORIZATION collab_app": "The login collab_app owns something (pg_namespace)",
    "GRANT TEMP ON DATABASE {database} TO PUBLIC": "The login collab_app may make temporary tables",
    "GRANT CREATE ON DATABASE {database} TO collab_app": "The login collab_app may make schemas",
    "GRANT CREATE ON SCHEMA public TO PUBLIC": "The login collab_app may make things in the schema public",
    "GRANT TRUNCATE ON chat_message TO collab_app": "The login collab_app may empty",
    "GRANT REFERENCES ON chat_message TO PUBLIC": "hang a trigger or a reference on, the table chat_message",
    "CREATE TABLE leak (body text); GRANT SELECT ON leak TO collab_app": "The table leak has no row-level security",
    "CREATE TABLE leak (body text); GRANT SELECT (body) ON leak TO collab_app": "The table leak has no row-level",
    "ALTER TABLE chat_message DISABLE ROW LEVEL SECURITY": "The table chat_message has no row-level security",
    "DROP POLICY reading ON chat_message": "The table chat_message has no policy that says which rows",
    "CREATE POLICY leak ON chat_message TO collab_app USING (true)": "chat_message has a policy that opens every row",
    "CREATE POLICY leak ON chat_message USING (company = '')": "chat_message has a policy that opens every row, or one for",
    "CREATE POLICY leak ON chat_message FOR INSERT TO collab_app WITH CHECK (true)": "a policy that opens every row",
    "CREATE VIEW leak AS SELECT * FROM chat_message": "The view leak reads as its owner",
    "CREATE VIEW priv.leak AS SELECT * FROM chat_message; GRANT SELECT (id) ON priv.leak TO collab_app":
        "The view priv.leak shows the application whatever it names",
    "CREATE MATERIALIZED VIEW leak AS SELECT * FROM chat_message": "leak is a materialized view",
    "CREATE FUNCTION leak() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1::bigint';"
    " GRANT EXECUTE ON FUNCTION leak() TO collab_app": "The function leak() reads as its owner",
    "CREATE FUNCTION priv.leak() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1::bigint';"
    " GRANT EXECUTE ON FUNCTION priv.leak() TO collab_app": "The function priv.leak() reads as its owner",
    "CREATE FUNCTION priv.leak(whose uuid) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = ''"
    " AS 'SELECT 1::bigint'; GRANT EXECUTE ON FUNCTION priv.leak(uuid) TO collab_app": "The function leak(uuid) answers",
}  # fmt: skip
PROGRAMS = {
    "web": [sys.executable, "-c", "import collab.asgi"],
    "worker": [sys.executable, "-m", "celery", "--app", "collab", "worker", "--pool", "solo", "--loglevel", "ERROR"],
    "beat": [sys.executable, "-m", "celery", "--app", "collab", "beat", "--pidfile", "", "--schedule", "{folder}/schedule",
             "--loglevel", "ERROR"],
    "clock": [sys.executable, "-m", "collab.clock", "{folder}/schedule"],
    "guard": [sys.executable, "-m", "collab.guard"],
}  # fmt: skip


def mighty(database: str) -> psycopg.Connection:
    return psycopg.connect(host=str(ground.engines.run), user=SUPERUSER, dbname=database)


@pytest.fixture
def broken(db):
    """Return ``broken(sql)``: what the guard says after it, in a transaction that is undone."""
    with mighty(ground.database) as owner:

        def after(sql: str, role: str = "collab_app") -> list[str]:
            owner.execute("REVOKE collab_system FROM collab_app")  # which only tests grant
            owner.execute(sql)
            owner.execute(f"SET LOCAL ROLE {role}")
            with owner.cursor() as cursor:
                return guard.faults_of(cursor, reads_for_people=role == "collab_app")

        yield after
        owner.rollback()


def test_ours_is_fit_to_serve_from(db):
    assert guard.faults() == []


@pytest.mark.parametrize("hole", HOLES)
def test_each_hole_is_named_and_none_besides(broken, hole):
    said = broken(hole.format(database=ground.database))

    assert len(said) == 1, said
    assert HOLES[hole] in said[0]


def test_the_platforms_own_login_is_no_superuser_either(broken):
    assert broken("ALTER ROLE collab_system BYPASSRLS", role="collab_system") == [
        "The login collab_system is past row-level security."
    ]


def test_whoever_may_not_read_a_table_needs_no_policy_on_it(broken):
    assert broken("CREATE TABLE mine (body text); REVOKE ALL ON mine FROM collab_app") == []


def test_a_list_names_only_tables_that_are_there(db):
    with connection.cursor() as cursor:
        real = set(connection.introspection.table_names(cursor))

    assert set(OUTSIDE) <= real
    assert all(OUTSIDE.values()), "each has its reason"


def test_every_noun_is_guarded_or_has_its_reason(db):
    """What ``guard`` finds in the catalogue is what the models say there is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity")
        guarded = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND NOT has_any_column_privilege('collab_app', oid, 'SELECT, UPDATE')"
        )
        unread = {name for (name,) in cursor.fetchall()}
    tables = {one._meta.db_table for one in apps.get_models(include_auto_created=True)}

    assert not tables - guarded - unread - set(OUTSIDE)
    assert not guarded & set(OUTSIDE)


def test_a_raw_question_without_an_actor_finds_no_row(db):
    """The application's own login, past Django and all of our code, on the world that everybody knows."""
    guarded = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND has_table_privilege(oid, 'SELECT')"
    with psycopg.connect(ground.engines.database_url("collab_app", ground.database)) as stranger:
        tables = [name for (name,) in stranger.execute(guarded).fetchall()]
        seen = {name: _count(stranger, name) for name in tables}
    with mighty(ground.database) as owner:
        kept = {name for name in tables if _count(owner, name)}

    assert {"chat_message", "workspaces_member"} <= kept, "premise: there is something to hide"
    assert not {name: count for name, count in seen.items() if count}


def _count(asked: psycopg.Connection, table: str) -> int:
    return asked.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


# ── Processes ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", PROGRAMS)
def test_no_process_serves_with_a_login_that_is_too_strong(db, name, tmp_path):
    """In tests one login may take on the other's part; real processes do not accept that."""
    urls = {login: ground.engines.database_url(role, ground.database) for login, role in ADDRESSES.items()}
    clean = {one: said for one, said in os.environ.items() if one != "COLLAB_LOGIN"}
    ended = subprocess.run(
        [word.format(folder=tmp_path) for word in PROGRAMS[name]],
        cwd=ROOT,
        env=clean | urls | {"DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert ended.returncode == 1
    assert "Collab does not serve: The login collab_app is a member of collab_system.\n" in ended.stderr


def test_the_health_page_and_readyz_say_so(db, broken, monkeypatch):
    monkeypatch.setattr(guard, "_last", None)
    assert health.PARTS["database"]()
    monkeypatch.setattr(
        guard, "faults", lambda: broken("ALTER TABLE chat_message DISABLE ROW LEVEL SECURITY")
    )
    monkeypatch.setattr(guard, "_last", None)

    (finding,) = [one.finding() for one in checks.CHECKS if one.name == "guarded_rows"]
    assert finding.tone == checks.BAD
    assert "chat_message has no row-level security" in finding.says
    assert not health.PARTS["database"]()


NOTHING = {"", "{}", "false"}


def test_nobody_learns_anything_from_functions_that_read_past_the_guard(cast):
    """Asked without an actor about what there is: no key, no yes, no row."""
    here = {
        "uuid": str(cast.northwind.pk),
        "uuid[]": f"{{{cast.northwind.pk}}}",
        "text": "no such key",
        "text[]": "{owner,admin,member}",
        "integer": "100",
    }
    asked = (
        "SELECT proname, proargtypes::regtype[]::text[] FROM pg_proc WHERE prosecdef AND pronargs < 3"
        " AND provolatile = 's' AND pronamespace = 'priv'::regnamespace AND has_function_privilege(oid, 'EXECUTE')"
    )
    with psycopg.connect(
        ground.engines.database_url("collab_app", ground.database), autocommit=True
    ) as stranger:
        found = stranger.execute(asked).fetchall()
        told = {}
        for name, types in found:
            words = ", ".join(f"'{here[one]}'::{one}" for one in types)
            rows = stranger.execute(f"SELECT one::text FROM priv.{name}({words}) AS one").fetchall()
            told[name] = {str(one).lower() for (one,) in rows if one is not None} - NOTHING

    assert {"channels", "records", "approvals", "named"} <= told.keys(), "premise: these are asked"
    assert not {name: said for name, said in told.items() if said}


def test_nobody_ends_what_is_between_two(cast):
    """The application's login without an actor is not the platform."""
    with psycopg.connect(
        ground.engines.database_url("collab_app", ground.database), autocommit=True
    ) as stranger:
        for partnership in Partnership.objects.values_list("pk", flat=True):
            assert stranger.execute("SELECT * FROM priv.end_drafts(%s)", [partnership]).fetchall() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            stranger.execute("SELECT priv.hand_over(%s, %s, NULL)", [cast.northwind.pk, cast.nils.user.pk])
