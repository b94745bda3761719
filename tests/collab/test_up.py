"""`make up` as people meet it: the whole tree of processes on a folder of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

from collab.database import ADDRESSES
from tests.collab.test_supervisor import lives, until
from tests.conftest import ground

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("COLLAB_", "DATABASE_", "DJANGO_", "DATA_DIR", "SECRET_KEY", "REDIS_URL", "PUBLIC_URL", "PYTEST_")


def environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return clean | {"DATA_DIR": str(folder), "PORT": str(port), "HOST": "127.0.0.1", "DEMO": "0"} | more


def start(folder: Path, port: int, **more: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "collab.up"],
        cwd=ROOT,
        env=environment(folder, port, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def try_to_start(folder: Path, port: int, **more: str) -> tuple[int, list[str]]:
    tried = start(folder, port, **more)
    out, _ = tried.communicate(timeout=120)
    return tried.returncode, out.strip().splitlines()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="module")
def platform():
    """A platform without the demo, up and ready."""
    folder, port = Path(tempfile.mkdtemp(prefix="collab-up-")), free_port()
    tree = start(folder, port)
    said = []
    for line in tree.stdout:
        said.append(line.rstrip())
        if "Stop: Ctrl-C" in line:
            break
    assert tree.poll() is None, "\n".join(said)
    yield SimpleNamespace(folder=folder, port=port, tree=tree, said=said, address=f"http://localhost:{port}")
    tree.terminate()
    tree.wait(30)
    shutil.rmtree(folder, ignore_errors=True)


def pids(platform: SimpleNamespace) -> list[int]:
    return [pid for pid, _ in json.loads((platform.folder / "children.json").read_text())]


def ready(platform: SimpleNamespace) -> bool:
    try:
        with urllib.request.urlopen(f"{platform.address}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_it_refuses_a_database_that_does_not_keep_tenants_apart(db, tmp_path):
    """The tests' own: there the application's login may take on the platform's part."""
    urls = {login: ground.engines.database_url(role, ground.database) for login, role in ADDRESSES.items()}
    code, said = try_to_start(tmp_path, free_port(), **urls)

    assert code == 1
    assert said[-1] == "Collab does not serve: The login collab_app is a member of collab_system."
    assert not (tmp_path / "logs" / "web.log").exists(), "nothing of ours was started"


def test_it_ends_by_saying_where_it_is(platform):
    assert f"  {platform.address}" in platform.said
    link = next(line.strip() for line in platform.said if "/opening/" in line)
    with urllib.request.urlopen(link, timeout=10) as page:
        assert page.status == 200
    assert (platform.folder / "secret_key").stat().st_mode & 0o777 == 0o600


def test_what_people_send_is_in_no_log_of_the_processes(platform):
    canary, form = "kanari7f3a", b"login=kanari7f3a%40fresh.example&password=kanari7f3a"
    for path, body in (
        (f"/{canary}/?q={canary}", None),
        ("/sign-in/", form),
        ("/api/v1/me/", canary.encode()),
    ):
        request = urllib.request.Request(
            f"{platform.address}{path}",
            body,
            {"Authorization": f"Bearer {canary}", "Cookie": f"session={canary}"},
        )
        with pytest.raises(OSError):
            urllib.request.urlopen(request, timeout=10)
    logs = platform.folder / "logs"

    until(lambda: (logs / "web.log").read_text().count('"event": "answered"') >= 3)
    until(lambda: '"task": "audit.tasks.seal"' in (logs / "worker.log").read_text(), within=90)
    assert not [log.name for log in logs.iterdir() if canary in log.read_text()]


def test_a_second_start_says_where_the_first_one_listens(platform):
    code, said = try_to_start(platform.folder, free_port())

    assert code == 0
    assert len(said) == 1
    assert platform.address in said[0]


def test_a_port_in_use_gets_one_sentence(platform, tmp_path):
    code, said = try_to_start(tmp_path, platform.port)

    assert code == 1
    assert len(said) == 1
    assert f"Port {platform.port}" in said[0]


@pytest.mark.parametrize(
    ("more", "word"),
    [({"PORT": "many"}, "numbers"), ({"PORT": "99999"}, "65535"), ({"WEB_WORKERS": "0"}, "1 or more")],
)
def test_wishes_that_cannot_be_met_get_one_sentence(tmp_path, more, word):
    code, said = try_to_start(tmp_path, 1, **more)

    assert (code, len(said)) == (1, 1)
    assert word in said[0]


def test_a_corrupt_data_folder_gets_one_sentence(tmp_path):
    (tmp_path / "pg").mkdir()

    code, said = try_to_start(tmp_path, free_port())

    assert code == 1
    assert "is no PostgreSQL data folder" in said[-1]
    assert not any("Traceback" in line for line in said)


def test_an_outside_database_without_our_logins_is_refused_with_the_sql(tmp_path):
    code, said = try_to_start(tmp_path, free_port(), DATABASE_URL="postgres://somebody@127.0.0.1:1/x")

    assert code == 1
    assert "DATABASE_OWNER_URL and DATABASE_SYSTEM_URL are not" in "\n".join(said)
    assert "CREATE ROLE collab_app LOGIN" in "\n".join(said)


def test_whoever_is_killed_comes_back(platform):
    before = pids(platform)
    assert len(before) == 6, "premise: two engines, web, worker, carrier and clock"
    for pid in before:
        os.kill(pid, signal.SIGKILL)

    until(lambda: len(pids(platform)) == 6 and not set(before) & set(pids(platform)), within=90)
    until(lambda: ready(platform), within=90)


def test_a_signal_stops_everything_and_keeps_the_data(platform):
    running = pids(platform)
    began = time.monotonic()

    platform.tree.terminate()

    assert platform.tree.wait(20) == 0
    assert time.monotonic() - began < 15
    assert not any(lives(pid) for pid in running)
    assert not named(platform.folder), "nothing of it is left"
    assert (platform.folder / "pg" / "PG_VERSION").exists()


def named(folder: Path) -> list[str]:
    """Return the command lines of whoever still works on ``folder``."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = one.read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in words:
            found.append(words.decode(errors="replace"))
    return found
