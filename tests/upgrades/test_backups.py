"""A dump and its way back: whole or not at all, and never under the feet of those who work."""

import os
import subprocess
import sys

import psycopg
import pytest

from collab import backups, supervisor
from collab.engines import Engines, wait_for


@pytest.fixture
def kept(empty, tmp_path):
    """A database with one row, and a dump of it."""
    there = empty("kept")
    write(there, "CREATE TABLE shoe (size int); INSERT INTO shoe VALUES (42)")
    there.file = backups.dump(there.address, tmp_path / "one.dump")
    return there


def write(there, sql):
    with psycopg.connect(there.address) as connection:
        connection.execute(sql)


def sizes(there):
    with psycopg.connect(there.address) as connection:
        return [size for (size,) in connection.execute("SELECT size FROM shoe ORDER BY size")]


def test_it_comes_back_as_it_was_and_what_came_later_is_gone(kept):
    write(kept, "DELETE FROM shoe; INSERT INTO shoe VALUES (7); CREATE TABLE hat (size int)")

    backups.restore(kept.address, kept.file)

    assert sizes(kept) == [42]
    with pytest.raises(psycopg.errors.UndefinedTable):
        write(kept, "SELECT * FROM hat")


def test_only_its_owner_reads_it(kept):
    assert kept.file.stat().st_mode & 0o777 == 0o600


def test_nothing_is_restored_while_somebody_is_connected(kept):
    with (
        psycopg.connect(kept.env["DATABASE_URL"]),
        pytest.raises(backups.CannotBackUp, match="stop the platform first"),
    ):
        backups.restore(kept.address, kept.file)


def test_a_damaged_dump_changes_nothing(kept):
    whole = kept.file.read_bytes()
    kept.file.write_bytes(whole[: len(whole) * 2 // 3])
    write(kept, "INSERT INTO shoe VALUES (43)")

    with pytest.raises(backups.CannotBackUp, match="Nothing was restored"):
        backups.restore(kept.address, kept.file)

    assert sizes(kept) == [42, 43]


def test_what_is_no_dump_gets_one_sentence(kept, tmp_path):
    other = tmp_path / "notes.txt"
    other.write_text("DROP TABLE shoe")

    with pytest.raises(backups.CannotBackUp, match="is no dump of ours"):
        backups.restore(kept.address, other)


def test_a_database_that_does_not_open_leaves_no_half_file(tmp_path):
    with pytest.raises(backups.CannotBackUp, match="could not be dumped"):
        backups.dump("postgres://collab_owner@127.0.0.1:1/collab", tmp_path / "one.dump")

    assert list(tmp_path.iterdir()) == []


def test_the_newest_five_are_kept_and_named_files_are_left_alone(tmp_path):
    for day in range(1, 9):
        (tmp_path / f"collab-2026010{day}T000000Z.dump").touch()
    (tmp_path / "before-the-fair.dump").touch()

    backups.forget_old(tmp_path)

    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["before-the-fair.dump", *(f"collab-2026010{day}T000000Z.dump" for day in range(4, 9))]


def test_the_password_is_in_no_list_of_processes():
    named = backups._named("postgres://collab_owner:secret@db.example:5433/collab?sslmode=require")

    assert (named["PGPASSWORD"], named["PGHOST"], named["PGPORT"]) == ("secret", "db.example", "5433")
    assert (named["PGUSER"], named["PGDATABASE"], named["PGSSLMODE"]) == ("collab_owner", "collab", "require")


# ── The two commands, on a data folder ───────────────────────────────────────
@pytest.fixture
def folder(tmp_path):
    """A data folder whose PostgreSQL does not run, with one table in it."""
    Engines(tmp_path, durable=False).prepare()
    return tmp_path


def command(folder, *words, **more):
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "COLLAB_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "collab.backups", *words],
        env=clean | {"DATA_DIR": str(folder)} | more,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_stopped_platform_is_dumped_and_restored_by_command(folder):
    assert command(folder, "dump").returncode == 0
    (file,) = (folder / "backups").iterdir()
    (folder / ".migrated").touch()

    unasked = command(folder, "restore", str(file))
    sure = command(folder, "restore", str(file), YES="1")

    assert (unasked.returncode, unasked.stderr) == (1, "Nothing was changed. YES=1 answers in your place.\n")
    assert sure.returncode == 0, sure.stderr
    assert not (folder / ".migrated").exists(), "the next start looks at the tables again"


def test_a_running_platform_is_dumped_but_not_restored(folder):
    engines = Engines(folder, durable=False)
    postgres = engines.processes()[0]
    child = supervisor.start(postgres.command, log=subprocess.DEVNULL)
    wait_for(postgres, lambda: child.poll() is None)
    with (folder / "up.lock").open("a+") as lock:
        backups._take(lock)
        dumped = command(folder, "dump", str(folder / "one.dump"))
        restored = command(folder, "restore", str(folder / "one.dump"), YES="1")
    supervisor.end(child, postgres.stop_with)

    assert dumped.returncode == 0, dumped.stderr
    assert (restored.returncode, restored.stderr) == (1, "Collab is running; stop it first.\n")


def test_a_folder_without_a_database_gets_one_sentence(tmp_path):
    said = command(tmp_path, "dump")

    assert (said.returncode, said.stderr) == (1, f"There is no database in {tmp_path}.\n")
