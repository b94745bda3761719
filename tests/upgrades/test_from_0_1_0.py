"""From the version before: the database of 0.1.0, with its demo world in it, becomes one of today.

0.1.0 was never tagged; ``0.1.0.dump.xz`` was made by ``pg_dump --format=custom`` at commit 65eea52, the last one
that stands for it.
"""

import lzma
import os
from pathlib import Path

import psycopg
import pytest

from collab import backups
from collab.engines import binary
from tests.ground import FOLDER
from tests.upgrades.conftest import databases, go

DUMP = Path(__file__).parent / "0.1.0.dump.xz"
LARGEST = 200 * 1024


@pytest.fixture(scope="module")
def upgraded(django_db_setup, tmp_path_factory):
    """Bring the database of 0.1.0 up to date, once for all who look at it; with what it held before, and what was said."""
    folder = tmp_path_factory.mktemp("before")
    with databases(folder) as make:
        there, file = make("before"), folder / "0.1.0.dump"
        file.write_bytes(lzma.decompress(DUMP.read_bytes()))
        backups.restore(there.address, file)
        there.before = {
            table: rows(there.address, table) for table in ("chat_message", "audit_entry", "accounts_user")
        }
        there.said = go(there.env, "manage.py", "upgrade")
        yield there


def rows(address, table):
    with psycopg.connect(address) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_the_dump_is_small_enough_to_be_carried_along():
    assert DUMP.stat().st_size < LARGEST


def test_it_comes_up_to_date_with_everybody_and_everything_in_it(upgraded, run):
    before = upgraded.before
    assert all(before.values()), "premise: the demo world is in it"

    assert upgraded.said.code == 0, upgraded.said.err
    assert {table: rows(upgraded.address, table) for table in before} == before
    assert run(upgraded.env, "manage.py", "migrate", "--check").code == 0
    record = run(upgraded.env, "manage.py", "audit_verify")
    assert record.code == 0, record.out
    assert record.out.startswith(f"whole: {before['audit_entry']} entries")
    visit = run(upgraded.env, "-m", "tests.upgrades.visit")
    assert visit.code == 0, visit.err
    assert visit.out.count("signed in") == 3


def test_what_changes_tables_keeps_them_first(upgraded, run):
    (file,) = (upgraded.data / "backups").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert f"make restore FILE={file}" in upgraded.said.err
    assert run(upgraded.env, "manage.py", "upgrade").err == "", "what is up to date is not dumped"


def test_the_first_start_has_nothing_to_dump(django_db_setup):
    """The world of this run was built by the same command."""
    assert not (Path(os.environ[FOLDER]) / "main" / "backups").exists()


def test_the_programs_of_the_wheel_are_there():
    assert all(binary(name).exists() for name in ("pg_dump", "pg_restore", "psql"))
