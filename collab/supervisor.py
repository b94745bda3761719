"""Children and their guardian: each started in a session of its own, watched, started again, ended in reverse."""

import ctypes
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
ENDS_WITHIN = 8.0  # seconds, before a child that was asked to end is ended
LOOKS_EVERY = 0.2
CALM_AFTER = 30.0  # seconds of life, after which a death is a first one again
LONGEST_PAUSE = 15.0
LOG_LIMIT = 20 * 1024 * 1024  # bytes; a longer one is put aside at the next start
_libc = ctypes.CDLL(None, use_errno=True)


def start(
    command: list[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    log: IO[bytes] | int | None = None,
    orphaned: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child that does not outlive us: if we are killed it gets the signal ``orphaned``."""
    parent = os.getpid()

    def bind() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, orphaned)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if os.getppid() != parent:  # we ended while it began
            os._exit(1)

    return subprocess.Popen(
        command,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=bind,
    )


def end(child: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> None:
    """Ask a child to end, wait, then end whatever is left of its session."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            child.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            child.wait(ENDS_WITHIN)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


@dataclass
class Child:
    """One process that should be there, and what became of it."""

    name: str
    command: list[str]
    stop_with: signal.Signals = signal.SIGTERM
    before: Callable[[], None] | None = None  # run before each start after the first
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    due_at: float = 0.0


@dataclass
class Supervisor:
    """Keeps children alive until it is told to stop.

    ``folder`` gets a log of each and the list of who runs, by which the next start finds what
    a violent end may have left.
    """

    folder: Path
    environment: Mapping[str, str]
    cwd: Path
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    stopping: bool = False

    def __post_init__(self) -> None:
        self.logs = self.folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.roll = self.folder / "children.json"
        self.roll_is_old = False  # it could not be written, the disk being full

    def stop_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: setattr(self, "stopping", True))

    def add(self, child: Child) -> subprocess.Popen[bytes]:
        self.children.append(child)
        return self._begin(child)

    def watch(self) -> None:
        """Stay until a signal says stop; whoever dies meanwhile is started again."""
        while not self.stopping:
            self.look()
            time.sleep(LOOKS_EVERY)

    def look(self) -> None:
        """See once who has died, and start those whose pause is over."""
        now = time.monotonic()
        if self.roll_is_old:
            self._call_the_roll()
        for child in self.children:
            if child.process is None:
                if now >= child.due_at:
                    self._try_again(child, now)
            elif child.process.poll() is not None:
                self._mourn(child, now)

    def stop(self) -> None:
        """End all, the last one first; data is written down before the engines go."""
        for child in reversed(self.children):
            if child.process is not None:
                end(child.process, child.stop_with)
                child.process = None
        self.roll.unlink(missing_ok=True)

    def end_what_was_left(self) -> int:
        """End those of an earlier start that outlived it, and return how many there were."""
        try:
            known = json.loads(self.roll.read_text())
        except (OSError, ValueError):
            return 0
        left = [(pid, started) for pid, started in reversed(known) if started and _started_at(pid) == started]
        for pid, _ in left:
            _end_session(pid, signal.SIGINT)
        return len(left)

    def _begin(self, child: Child, *, again: bool = False) -> subprocess.Popen[bytes]:
        if again and child.before:
            child.before()
        path = self.logs / f"{child.name}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            child.process = start(
                child.command, env=self.environment, cwd=self.cwd, log=log, orphaned=child.stop_with
            )
        child.started_at = time.monotonic()
        self._call_the_roll()
        return child.process

    def _try_again(self, child: Child, now: float) -> None:
        """Start it, or later: where the disk is full, there may be no room for what comes before."""
        try:
            self._begin(child, again=True)
        except OSError:
            child.due_at = now + LONGEST_PAUSE

    def _mourn(self, child: Child, now: float) -> None:
        assert child.process is not None
        with suppress(ProcessLookupError, PermissionError):  # what it started goes with it
            os.killpg(child.process.pid, signal.SIGKILL)
        calm = now - child.started_at > CALM_AFTER
        child.deaths = 1 if calm else child.deaths + 1
        pause = min(0.25 * 2 ** (child.deaths - 1), LONGEST_PAUSE)
        code, child.process, child.due_at = child.process.returncode, None, now + pause
        with suppress(OSError):  # our own words may go to the disk that is full
            self.say(f"{child.name} ended ({code}); it starts again. See {self.logs}/{child.name}.log")
        self._call_the_roll()

    def _call_the_roll(self) -> None:
        """Write down who there is; where there is no room to, at the next look."""
        pids = [child.process.pid for child in self.children if child.process is not None]
        new = self.roll.with_suffix(".new")
        try:
            new.write_text(json.dumps([(pid, _started_at(pid)) for pid in pids]))
            new.replace(self.roll)
        except OSError:
            self.roll_is_old = True
        else:
            self.roll_is_old = False


def _started_at(pid: int) -> str:
    """Return when a process began, in the kernel's ticks: a number alone may belong to somebody else by now.

    Nothing for one that has ended, even if nobody has buried it yet.
    """
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state[0] == "Z" else state[19]


def _end_session(leader: int, how: signal.Signals) -> None:
    started = _started_at(leader)
    with suppress(ProcessLookupError):
        os.kill(leader, how)
    give_up = time.monotonic() + ENDS_WITHIN
    while _started_at(leader) == started and time.monotonic() < give_up:
        time.sleep(0.05)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
