"""Databases of their own, beside those of the other tests."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from collab import supervisor
from collab.engines import SUPERUSER, Engines
from tests.ground import FOLDER, ROOT


@contextmanager
def databases(folder: Path) -> Iterator[Callable[[str], SimpleNamespace]]:
    """Give ``make("name")``: a new database, its owner's address, and the environment that leads there."""
    engines, made = Engines(Path(os.environ[FOLDER])), []

    def asked(sql: str) -> None:
        with psycopg.connect(
            host=str(engines.run), user=SUPERUSER, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(sql)

    def make(name: str) -> SimpleNamespace:
        name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        asked(f"CREATE DATABASE {name} OWNER collab_owner TEMPLATE template0")
        asked(f"GRANT CONNECT ON DATABASE {name} TO collab_app, collab_system")
        made.append(name)
        addresses = {
            "DATABASE_OWNER_URL": engines.database_url("collab_owner", name),
            "DATABASE_URL": engines.database_url("collab_app", name),
            "DATABASE_SYSTEM_URL": engines.database_url("collab_system", name),
        }
        env = os.environ | addresses | {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "collab.settings"}
        env.pop("COLLAB_LOGIN", None)
        return SimpleNamespace(address=addresses["DATABASE_OWNER_URL"], env=env, data=folder)

    try:
        yield make
    finally:
        for name in made:
            asked(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty(django_db_setup: None, tmp_path: Path) -> Iterator[Callable[[str], SimpleNamespace]]:
    """Return ``empty("name")``, which makes a database for this test alone."""
    with databases(tmp_path) as make:
        yield make


def go(env: dict[str, str], *words: str, **options: str) -> SimpleNamespace:
    """Run a program of ours, and return what it said."""
    child = supervisor.subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, **options
    )
    return SimpleNamespace(code=child.returncode, out=child.stdout, err=child.stderr)


@pytest.fixture
def run() -> Callable[..., SimpleNamespace]:
    """Return ``run(env, "manage.py", ...)``: a program of ours, and what it said."""
    return go
