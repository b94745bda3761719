"""Whether PostgreSQL itself keeps tenants apart: what the catalogue says of our logins, tables and functions.

Web, worker and clock ask before they serve, and refuse with one sentence for each thing that is wrong.
``python -m collab.guard`` asks as well.
"""

import os
import sys
import time
from collections.abc import Container, Iterator
from typing import Any

from django.conf import settings
from django.db import connections

from collab.outside import ASKED, OUTSIDE, SIGHTS
from kernel.acting import acting, database
from kernel.actor import Actor

LOGINS = (Actor.nobody("collab.guard"), Actor.system("collab.guard"))
MIGHT = ("a superuser", "past row-level security", "a maker of roles", "a maker of databases", "a replica")
WHO = """
SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication
  FROM pg_roles WHERE rolname = current_user
"""

JOINED = """
SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
 WHERE m.member = (SELECT oid FROM pg_roles WHERE rolname = current_user)
"""

GRANTED = """
SELECT current_user, 'owns something (' || classid::regclass || ')' FROM pg_shdepend
 WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o'
   AND refobjid = (SELECT oid FROM pg_roles WHERE rolname = current_user)
UNION SELECT current_user, 'may make temporary tables' WHERE has_database_privilege(current_database(), 'TEMP')
UNION SELECT current_user, 'may make schemas' WHERE has_database_privilege(current_database(), 'CREATE')
UNION SELECT current_user, 'may make things in the schema ' || nspname FROM pg_namespace
 WHERE nspname IN ('public', 'priv') AND has_schema_privilege(oid, 'CREATE')
UNION SELECT current_user, 'may empty, or hang a trigger or a reference on, the table ' || relname FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')
   AND has_table_privilege(oid, 'TRUNCATE, TRIGGER, REFERENCES')
"""

# What reads rows on behalf of somebody else stands in one schema and trusts nobody's search path.
FUNCTIONS = """
SELECT oid::regprocedure::text FROM pg_proc
 WHERE prosecdef AND has_function_privilege(oid, 'EXECUTE') AND pronamespace <> 'pg_catalog'::regnamespace
   AND NOT (pronamespace = 'priv'::regnamespace AND coalesce('search_path=""' = ANY (proconfig), false))
"""

ANSWERS = """
SELECT replace(oid::regprocedure::text, 'priv.', '') FROM pg_proc
 WHERE prosecdef AND pronargs > 0 AND pronamespace = 'priv'::regnamespace AND has_function_privilege(oid, 'EXECUTE')
"""

VIEWS = """
SELECT relname FROM pg_class
 WHERE relnamespace = 'priv'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
   AND has_any_column_privilege(oid, 'SELECT, INSERT, UPDATE')
"""

# A policy of nobody in particular (0) would open a table to all logins at once, so it counts as a hole.
TABLES = """
SELECT c.relname, c.relkind::text, c.relrowsecurity,
       coalesce('security_invoker=true' = ANY (c.reloptions), false),
       has_any_column_privilege(c.oid, 'SELECT, UPDATE'),
       coalesce(bool_or(p.polpermissive AND p.polcmd IN ('r', '*') AND a.oid = ANY (p.polroles)), false),
       coalesce(bool_or(0 = ANY (p.polroles) OR (p.polpermissive AND a.oid = ANY (p.polroles)
           AND 'true' IN (pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)))), false)
  FROM pg_class c JOIN pg_roles a ON a.rolname = current_user LEFT JOIN pg_policy p ON p.polrelid = c.oid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
 GROUP BY c.oid ORDER BY c.relname
"""
NOTHING_YET = "SELECT WHERE to_regnamespace('priv') IS NULL"


LOOKED_FOR = 60.0  # seconds that a look counts for whoever asks often
_last: tuple[float, list[str]] | None = None


class Unguarded(RuntimeError):
    """The database would show one tenant what is another's; the message says why, one sentence each."""


def faults() -> list[str]:
    """Return what is wrong, one sentence each; an empty list is what lets us serve."""
    said: list[str] = []
    for actor in LOGINS:
        with acting(actor):
            connection = connections[database()]
            # One role may play the other's part in tests, where one transaction holds both.
            played = str(connection.settings_dict.get("ASSUMED_ROLE"))
            with connection.cursor() as cursor:
                said += faults_of(cursor, reads_for_people=not actor.sees_all, may_join={played})
    return said


def faults_of(cursor: Any, *, reads_for_people: bool, may_join: Container[str] = ()) -> list[str]:
    """Return what is wrong with the current user of an open cursor, and with what it reads."""
    if mighty := [*_of_might(cursor, may_join)]:
        return mighty  # all else follows from it
    if [*_asked(cursor, NOTHING_YET)]:
        return ["The database holds nothing of ours yet; manage.py upgrade makes its tables."]
    said = [*_of_grants(cursor), *_of_functions(cursor)]
    return [*said, *_of_answers(cursor), *_of_tables(cursor)] if reads_for_people else said


def lately() -> list[str]:
    """Return ``faults`` as they were within the last minute: for who asks every few seconds."""
    global _last
    now = time.monotonic()
    if _last is None or now - _last[0] > LOOKED_FOR:
        _last = now, faults()
    return _last[1]


def check() -> None:
    """Pass in silence when the database keeps tenants apart.

    Raises:
        Unguarded: it does not.
    """
    if said := faults():
        raise Unguarded(" ".join(said))


def stand() -> None:
    """End this process, with one line, rather than serve from a database that does not keep tenants apart."""
    try:
        check()
    except Unguarded as wrong:
        # Celery's clock has put its log in the place of stderr by now.
        print(f"Collab does not serve: {wrong}", file=sys.__stderr__, flush=True)
        os._exit(1)  # whatever has been started around us must not keep the process waiting


def _of_might(cursor: Any, may_join: Container[str]) -> Iterator[str]:
    ((name, *might),) = _asked(cursor, WHO)
    yield from (f"The login {name} is {what}." for what, has in zip(MIGHT, might, strict=True) if has)
    joined = [role for (role,) in _asked(cursor, JOINED) if role not in may_join]
    yield from (f"The login {name} is a member of {role}." for role in joined)


def _of_grants(cursor: Any) -> Iterator[str]:
    yield from (f"The login {name} {what}." for name, what in _asked(cursor, GRANTED))


def _of_functions(cursor: Any) -> Iterator[str]:
    for (name,) in _asked(cursor, FUNCTIONS):
        yield f"The function {name} reads as its owner, outside priv or without a search path of its own."


def _of_answers(cursor: Any) -> Iterator[str]:
    for (name,) in _asked(cursor, ANSWERS):
        if name not in ASKED:
            yield f"The function {name} answers the application about whatever it names."
    for (name,) in _asked(cursor, VIEWS):
        if name not in SIGHTS:
            yield f"The view priv.{name} shows the application whatever it names."


def _of_tables(cursor: Any) -> Iterator[str]:
    for name, kind, is_on, is_invoker, is_reached, is_read, is_open in _asked(cursor, TABLES):
        if kind == "v" and not is_invoker:
            yield f"The view {name} reads as its owner (security_invoker is off)."
        elif kind in "mf":
            yield f"{name} is a materialized view or foreign table, which row-level security does not reach."
        elif kind in "rp" and is_reached and name not in OUTSIDE:
            yield from _of_table(name, is_on, is_read, is_open)


def _of_table(name: str, is_on: bool, is_read: bool, is_open: bool) -> Iterator[str]:
    if not is_on:
        yield f"The table {name} has no row-level security and stands in no list of those that need none."
    elif not is_read:
        yield f"The table {name} has no policy that says which rows the application reads."
    elif is_open:
        yield f"The table {name} has a policy that opens every row, or one for every login."


def _asked(cursor: Any, sql: str) -> list[tuple[Any, ...]]:
    cursor.execute(sql)
    return cursor.fetchall()


def main() -> None:
    """Ask with the settings alone: no app of ours is needed, and to load them takes four times as long as the look."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
    if settings.LOGIN == "owner":
        sys.exit("Ask as the application: COLLAB_LOGIN=app.")
    stand()


if __name__ == "__main__":
    main()
