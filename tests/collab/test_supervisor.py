"""Who dies is started again; who is stopped leaves nothing behind, not even when it was killed."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from collab.supervisor import Child, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
# It listens to SIGINT also where whoever runs the tests does not, as what a shell has put into the background.
READY = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGINT, signal.SIG_DFL); print('ready', flush=True); time.sleep(600)",
]
# A child that will not hear SIGTERM, with a grandchild in its session.
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print(subprocess.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)",
]


@pytest.fixture
def supervisor(tmp_path: Path):
    one = Supervisor(tmp_path, dict(os.environ), tmp_path, said.append)
    said.clear()
    yield one
    one.stop()


said: list[str] = []


def until(true: Callable[[], object], within: float = 30.0) -> object:
    give_up = time.monotonic() + within
    while not (found := true()):
        assert time.monotonic() < give_up, "it did not come true"
        time.sleep(0.02)
    return found


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_who_is_killed_is_started_again(supervisor):
    first = supervisor.add(Child("sleeper", SLEEP)).pid
    os.kill(first, signal.SIGKILL)

    child = supervisor.children[0]
    until(lambda: supervisor.look() or (child.process and child.process.pid != first))

    assert lives(child.process.pid)
    assert not lives(first)
    assert "sleeper ended (-9)" in said[0]


def test_who_dies_again_and_again_is_given_longer_pauses(supervisor):
    supervisor.add(Child("failing", [sys.executable, "-c", "raise SystemExit(3)"]))
    child = supervisor.children[0]
    pauses = []
    for death in (1, 2, 3):
        until(lambda death=death: supervisor.look() or child.deaths == death)
        pauses.append(child.due_at - time.monotonic())
        child.due_at = 0

    assert pauses == sorted(pauses)
    assert pauses[-1] > 2 * pauses[0]


def test_a_full_disk_ends_no_guardian(supervisor, monkeypatch, tmp_path):
    """Neither what it writes down nor what it says may find room; it goes on, and writes it down later."""

    def no_room(_words: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    first = supervisor.add(Child("sleeper", SLEEP))
    child, roll = supervisor.children[0], supervisor.roll
    supervisor.roll = tmp_path / "no such folder" / "children.json"
    monkeypatch.setattr(supervisor, "say", no_room)
    first.kill()
    until(lambda: supervisor.look() or (child.process is not None and child.process is not first))

    supervisor.roll = roll
    supervisor.look()

    assert [pid for pid, _started in json.loads(roll.read_text())] == [child.process.pid]


def test_stopping_ends_the_last_one_first_and_their_children_too(supervisor, tmp_path, monkeypatch):
    monkeypatch.setattr("collab.supervisor.ENDS_WITHIN", 0.2)
    supervisor.add(Child("first", SLEEP))
    supervisor.add(Child("stubborn", STUBBORN))
    pids = [child.process.pid for child in supervisor.children]
    log = tmp_path / "logs" / "stubborn.log"
    grandchild = int(str(until(lambda: log.read_text().strip())))

    supervisor.stop()

    assert not any(lives(pid) for pid in pids)
    until(lambda: not lives(grandchild))  # killed too, and gone once its new parent has buried it
    assert not supervisor.roll.exists()


GUARDIAN = """
import os, sys
from pathlib import Path
from collab.supervisor import Child, Supervisor
one = Supervisor(Path(sys.argv[1]), dict(os.environ), Path.cwd(), print)
print(one.add(Child("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"])).pid, flush=True)
one.watch()
"""


def test_children_do_not_outlive_a_guardian_that_was_killed(tmp_path):
    guardian = subprocess.Popen(
        [sys.executable, "-c", GUARDIAN, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    child = int(guardian.stdout.readline())
    assert lives(child), "premise: it runs"

    guardian.kill()
    guardian.wait()

    until(lambda: not lives(child))


def test_the_next_start_ends_what_an_earlier_one_left(supervisor):
    orphan = subprocess.Popen(READY, start_new_session=True, stdout=subprocess.PIPE)
    assert orphan.stdout.readline(), "premise: it listens to signals by now"
    supervisor.children.append(Child("orphan", READY, process=orphan))
    supervisor._call_the_roll()
    supervisor.children.clear()

    assert supervisor.end_what_was_left() == 1
    assert orphan.wait(5) == -signal.SIGINT


def test_a_number_that_belongs_to_somebody_else_by_now_is_left_alone(supervisor):
    supervisor.roll.write_text(f'[[{os.getpid()}, "12"], [999999999, "3"]]')

    assert supervisor.end_what_was_left() == 0
