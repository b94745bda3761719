"""The embedded engines: made whole or not at all, and clear about what is wrong."""

import os
from pathlib import Path

import psycopg
import pytest

from collab import supervisor
from collab.engines import LONGEST_SOCKET, EngineError, Engines, wait_for


@pytest.fixture
def engines(tmp_path):
    return Engines(tmp_path, durable=False)


@pytest.fixture
def running(engines):
    """PostgreSQL, started on an empty folder."""
    engines.prepare()
    postgres = engines.processes()[0]
    child = supervisor.start(postgres.command, log=-3)
    wait_for(postgres, lambda: child.poll() is None)
    yield engines
    supervisor.end(child, postgres.stop_with)


def test_a_first_start_makes_three_logins_that_row_level_security_binds(running):
    for role in ("collab_owner", "collab_app", "collab_system"):
        with psycopg.connect(running.database_url(role)) as connection:
            (mighty,) = connection.execute(
                "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
            assert not mighty
    with (
        psycopg.connect(running.database_url("collab_app")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SET ROLE collab_system")


def test_sockets_and_data_are_for_their_owner_alone(running):
    assert {folder.stat().st_mode & 0o077 for folder in (running.run, running.pg, running.valkey)} == {0}


def test_a_start_that_was_interrupted_is_made_anew(engines):
    half = engines.data_dir / "pg.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")

    engines.prepare()

    assert (engines.pg / "global" / "pg_control").exists()
    assert not half.exists()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "is no PostgreSQL data folder"),
        ({"PG_VERSION": b"18\n"}, "is no PostgreSQL data folder"),
        ({"PG_VERSION": b"\xff\xfe", "global/pg_control": b"x"}, "is no PostgreSQL data folder"),
        ({"PG_VERSION": b"17\n", "global/pg_control": b"x"}, "was made by PostgreSQL 17"),
    ],
)
def test_a_folder_that_is_no_data_folder_gets_one_sentence(engines, files, said):
    engines.pg.mkdir(parents=True)
    for name, words in files.items():
        (engines.pg / name).parent.mkdir(exist_ok=True)
        (engines.pg / name).write_bytes(words)

    with pytest.raises(EngineError, match=said) as refused:
        engines.prepare()

    assert "\n" not in str(refused.value)


def test_the_mark_of_a_killed_server_whose_number_is_in_use_is_removed(engines):
    engines.prepare()
    mark = engines.pg / "postmaster.pid"
    mark.write_text(f"{os.getpid()}\n{engines.pg}\n")

    engines.prepare()

    assert not mark.exists()


def test_a_long_path_gets_a_short_folder_for_its_sockets(tmp_path):
    deep = tmp_path / ("a" * 60) / ("b" * 60)

    run = Engines(deep).run

    assert len(os.fsencode(run)) <= LONGEST_SOCKET
    assert run == Engines(deep).run
    assert run != Engines(deep / "c").run
    assert Engines(Path("/tmp/x")).run == Path("/tmp/x/run")
