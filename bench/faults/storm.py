"""Processes of one tree, killed without a word of warning."""

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

# How each is known by its command line.
NAMES = {
    "postgres": (b"bin/postgres",),
    "valkey": (b"valkey-server",),
    "web": (b"collab.serving",),
    "worker": (b"celery", b"worker@"),
    "carrier": (b"celery", b"carrier@"),
    "clock": (b"collab.clock",),
}
BETWEEN = (1.0, 5.0)  # seconds


def children(tree: int) -> dict[str, int]:
    """Return who runs of those that the tree has started itself, by name."""
    found = {}
    for pid in Path(f"/proc/{tree}/task/{tree}/children").read_text().split():
        with suppress(OSError):
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            found |= {name: int(pid) for name, marks in NAMES.items() if all(one in command for one in marks)}
    return found


def storm(tree: int, seconds: float, chance: random.Random) -> Counter[str]:
    """Kill now one, now another, for a while; the supervisor starts them again. Return how often each."""
    killed: Counter[str] = Counter(dict.fromkeys(NAMES, 0))
    ends = time.monotonic() + seconds
    while (pause := chance.uniform(*BETWEEN)) < ends - time.monotonic():
        time.sleep(pause)
        name = chance.choice(tuple(NAMES))
        pid = children(tree).get(name)
        if pid:  # else it is being started again
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed[name] += 1
    return killed
