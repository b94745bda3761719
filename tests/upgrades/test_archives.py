"""A backup of everything: it opens with the private key alone, and brings back what was destroyed."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg
import pyrage
import pytest

from collab import archives, supervisor
from collab.backups import CannotBackUp, Place
from collab.engines import Engines, wait_for
from tests.ground import ROOT

SHOE = "CREATE TABLE shoe (size int); INSERT INTO shoe VALUES (42)"


def manage(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    ours = ("DATABASE_", "COLLAB_", "BACKUP_", "SECRET_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=clean | {"DATA_DIR": str(folder)} | more,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def asked(folder: Path, sql: str) -> list[tuple]:
    """Ask the database of a folder whose platform does not run."""
    engines = Engines(folder, durable=False)
    postgres = engines.processes()[0]
    child = supervisor.start(postgres.command, log=subprocess.DEVNULL)
    try:
        wait_for(postgres, lambda: child.poll() is None)
        with psycopg.connect(engines.database_url("collab_owner")) as connection:
            found = connection.execute(sql)
            return found.fetchall() if found.description else []
    finally:
        supervisor.end(child, postgres.stop_with)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """A data folder with a row, a file and the platform's key in it."""
    folder = tmp_path_factory.mktemp("platform")
    Engines(folder, durable=False).prepare()
    (folder / "files" / "ab").mkdir(parents=True)
    (folder / "files" / "ab" / "drawing.pdf").write_bytes(b"zq-drawing")
    (folder / "secret_key").write_text("zq-secret")
    (folder / "logs").mkdir()
    (folder / "logs" / "web.log").write_text("said")
    asked(folder, SHOE)
    return folder


@pytest.fixture
def platform(made_once, tmp_path):
    return Path(shutil.copytree(made_once, tmp_path / "data", ignore=shutil.ignore_patterns("run")))


@pytest.fixture
def keys(tmp_path):
    """The private key's file, and the public key."""
    file = tmp_path / "backup.key"
    return file, archives.new_identity(file)


@pytest.fixture
def backup(platform, keys, tmp_path):
    return archives.back_up(Place({"DATA_DIR": str(platform)}), tmp_path / "all.tar.age", [keys[1]])


def test_everything_destroyed_comes_back(platform, backup, keys):
    shutil.rmtree(platform)

    done = manage(platform, "restore", str(backup), "--identity", str(keys[0]), "--yes")

    assert done.returncode == 0, done.stderr
    assert asked(platform, "SELECT size FROM shoe") == [(42,)]
    assert (platform / "files" / "ab" / "drawing.pdf").read_bytes() == b"zq-drawing"
    assert (platform / "secret_key").read_text() == "zq-secret"
    assert not (platform / "logs").exists(), "what engines and processes keep for themselves is not in it"


def test_what_stood_there_is_moved_aside(platform, backup, keys):
    asked(platform, "INSERT INTO shoe VALUES (43)")
    (platform / "files" / "ab" / "later.pdf").write_bytes(b"later")

    done = manage(platform, "restore", str(backup), "--identity", str(keys[0]), YES="1")

    assert done.returncode == 0, done.stderr
    assert asked(platform, "SELECT size FROM shoe") == [(42,)]
    assert not (platform / "files" / "ab" / "later.pdf").exists()
    (aside,) = (platform / "backups").glob("before-*")
    assert (aside / "files" / "ab" / "later.pdf").read_bytes() == b"later"


def test_nothing_in_it_can_be_read_without_the_key(backup, keys, tmp_path):
    words = backup.read_bytes()
    assert backup.stat().st_mode & 0o777 == 0o600
    assert not any(one in words for one in (b"zq-drawing", b"zq-secret", b"shoe", b"PGDMP"))

    other = tmp_path / "other.key"
    archives.new_identity(other)
    with pytest.raises(CannotBackUp, match="the key does not fit"):
        archives.bring_back(Place({"DATA_DIR": str(tmp_path / "elsewhere")}), backup, other)
    assert not (tmp_path / "elsewhere" / "pg").exists()


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_a_damaged_one_changes_nothing(platform, backup, keys, damage):
    words = bytearray(backup.read_bytes())
    if damage == "cut":
        del words[len(words) * 2 // 3 :]
    else:
        words[len(words) // 2] ^= 1
    backup.write_bytes(words)
    asked(platform, "INSERT INTO shoe VALUES (43)")

    done = manage(platform, "restore", str(backup), "--identity", str(keys[0]), "--yes")

    assert done.returncode == 1
    assert "the file is damaged" in done.stderr
    assert sorted(asked(platform, "SELECT size FROM shoe")) == [(42,), (43,)]
    assert {one.name for one in platform.iterdir() if one.name.startswith("restore-")} == set()


def test_it_is_a_tar_that_the_age_command_opens_as_well(backup, keys, tmp_path):
    identity = pyrage.x25519.Identity.from_str(keys[0].read_text().splitlines()[1])
    (tmp_path / "all.tar").write_bytes(pyrage.decrypt(backup.read_bytes(), [identity]))
    with tarfile.open(tmp_path / "all.tar") as archive:
        names = archive.getnames()
        about = json.load(archive.extractfile("about.json"))

    assert about["format"] == archives.FORMAT
    assert {"database.dump", "data/secret_key", "data/files/ab/drawing.pdf"} <= set(names)


def test_it_is_asked_for_by_command_and_goes_to_the_keys_of_the_environment(platform, keys):
    nobody = manage(platform, "backup")
    assert (nobody.returncode, nobody.stderr.startswith("CommandError: Nobody could open it")) == (1, True)

    done = manage(platform, "backup", BACKUP_RECIPIENTS=f"{keys[1]},")

    assert done.returncode == 0, done.stderr
    (file,) = (platform / "backups").glob("*.tar.age")
    assert archives.is_archive(file)


@pytest.mark.parametrize("key", ["age1nonsense", "ssh-rsa AAAA", "Zm9v"])
def test_a_recipient_that_is_none_gets_one_sentence(platform, tmp_path, key):
    with pytest.raises(CannotBackUp, match="no public key"):
        archives.back_up(Place({"DATA_DIR": str(platform)}), tmp_path / "one", [key])
    assert not (tmp_path / "one").exists()


def test_a_key_is_never_written_over(keys):
    with pytest.raises(CannotBackUp, match="cannot be written"):
        archives.new_identity(keys[0])
    assert keys[0].stat().st_mode & 0o777 == 0o600
