"""Whether a database is fit for us: new enough, and with the three logins that keep tenants apart.

``python -m collab.database`` says so, or prints what to run.
"""

import os
import sys

import psycopg

from collab.engines import EngineError

NEEDED = 18
ADDRESSES = {
    "DATABASE_OWNER_URL": "collab_owner",
    "DATABASE_URL": "collab_app",
    "DATABASE_SYSTEM_URL": "collab_system",
}
SETUP = """\
-- Run as a superuser of the server; put passwords of your own in.
CREATE ROLE collab_owner LOGIN PASSWORD 'change-me-1' NOSUPERUSER NOBYPASSRLS;
CREATE ROLE collab_app LOGIN PASSWORD 'change-me-2' NOSUPERUSER NOBYPASSRLS;
CREATE ROLE collab_system LOGIN PASSWORD 'change-me-3' NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE collab OWNER collab_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE collab FROM PUBLIC;
GRANT CONNECT ON DATABASE collab TO collab_app, collab_system;
"""
HOW = """Then start again with
  DATABASE_OWNER_URL=postgres://collab_owner:change-me-1@HOST/collab
  DATABASE_URL=postgres://collab_app:change-me-2@HOST/collab
  DATABASE_SYSTEM_URL=postgres://collab_system:change-me-3@HOST/collab
"""
ASKED = """
SELECT current_user, rolsuper OR rolbypassrls, current_setting('server_version_num')::int / 10000,
       (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database())
FROM pg_roles WHERE rolname = current_user
"""


def check(environment: dict[str, str]) -> None:
    """Pass in silence when all three addresses lead to a fit database.

    Raises:
        EngineError: what is missing, and the SQL that makes it.
    """
    missing = [name for name in ADDRESSES if not environment.get(name)]
    if missing:
        raise _unfit(
            f"DATABASE_URL is set, but {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not."
        )
    for name, role in ADDRESSES.items():
        _check_login(name, role, environment[name])


def _check_login(name: str, role: str, address: str) -> None:
    try:
        with psycopg.connect(address, connect_timeout=5) as connection:
            encoding = connection.info.parameter_status("server_encoding")
            user, is_mighty, version, owner = connection.execute(ASKED).fetchone()
    except psycopg.Error as error:
        raise _unfit(f"{name} does not open: {str(error).strip().splitlines()[-1]}") from None
    if version < NEEDED:
        raise EngineError(f"PostgreSQL {NEEDED} or newer is needed; {name} leads to {version}.")
    if encoding != "UTF8":
        raise _unfit(f"The database is encoded as {encoding}; it must be UTF8.")
    if user != role:
        raise _unfit(f"{name} signs in as {user}; it must be {role}.")
    if is_mighty:
        raise _unfit(
            f"{role} is a superuser or passes row-level security by; nothing would keep tenants apart."
        )
    if owner != "collab_owner":
        raise _unfit(f"The database belongs to {owner}; it must belong to collab_owner.")


def _unfit(sentence: str) -> EngineError:
    return EngineError(f"{sentence}\n\n{SETUP}\n{HOW}")


if __name__ == "__main__":
    try:
        check(dict(os.environ))
    except EngineError as error:
        sys.exit(str(error))
