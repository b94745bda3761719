"""The real thing on an empty folder: one web process, worker, clock and engines, as ``make up`` starts them."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.faults.storm import children

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN, RESTS_WITHIN = 300.0, 60.0  # seconds
QUIET = 0.15  # seconds of the processor in one
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Stage:
    host: str
    port: int
    env: dict[str, str]
    tree: int  # the process that started the others

    def manage(self, *words: str) -> str:
        """Run one of our commands beside the server, and return what it prints."""
        return self.python("manage.py", *words)

    def python(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout

    def channel(self, receivers: int, beside: int = 0) -> dict[str, Any]:
        """Open one, and wait until the workers have digested that: nothing of it is measured with what follows."""
        words = ("--receivers", str(receivers), "--beside", str(beside))
        made = json.loads(self.manage("loadtest_channel", *words))
        self._rest()
        return made

    def _rest(self) -> None:
        give_up, spent = time.monotonic() + RESTS_WITHIN, self._spent()
        while time.monotonic() < give_up:
            time.sleep(1)
            before, spent = spent, self._spent()
            if spent - before < QUIET:
                return

    def _spent(self) -> float:
        """Return the processor's seconds that the processes here have used."""
        seconds, found = 0.0, [self.tree]
        for pid in found:
            with suppress(OSError):  # it has just ended
                of = Path(f"/proc/{pid}")
                seconds += sum(map(int, (of / "stat").read_text().rpartition(")")[2].split()[11:13])) / TICKS
                for thread in (of / "task").iterdir():
                    found += map(int, (thread / "children").read_text().split())
        return seconds

    def web(self) -> int:
        """Return the process that serves: the web server itself, or the newest of several."""
        server = children(self.tree)["web"]
        return int([server, *Path(f"/proc/{server}/task/{server}/children").read_text().split()][-1])


@contextmanager
def stage(folder: Path | None = None, more: dict[str, str] | None = None) -> Iterator[Stage]:
    """Start everything, and leave nothing behind.

    Args:
        folder: where its data goes; else one of its own.
        more: environment of its processes.
    """
    folder, port = folder or Path(tempfile.mkdtemp(prefix="collab-bench-")), _free_port()
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COLLAB_", "DATABASE_", "REDIS_"))
    }
    env = (
        clean
        | {
            "DATA_DIR": str(folder),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "PUBLIC_URL": f"http://localhost:{port}",
            "WEB_WORKERS": "1",
            "DEMO": "1",
            "LOG_LEVEL": "WARNING",  # a line a request would be measured with it
            "RATE_LIMITS": "messages=10000000/minute",  # one program posts as fast as it can
        }
        | (more or {})
    )
    folder.mkdir(exist_ok=True)
    log = folder / "up.log"
    with log.open("wb") as kept:
        tree = subprocess.Popen(
            [sys.executable, "-m", "collab.up"], cwd=ROOT, env=env, stdout=kept, stderr=kept
        )
    try:
        _wait(port, tree, log)
        yield Stage("127.0.0.1", port, env | {"COLLAB_LOGIN": "app"}, tree.pid)
    finally:
        tree.send_signal(signal.SIGTERM)
        tree.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait(port: int, tree: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + READY_WITHIN
    while tree.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit(f"It did not start:\n{log.read_text(errors='replace')[-3000:]}")
