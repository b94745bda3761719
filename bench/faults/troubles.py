"""What else befalls a platform under load: its disk fills, Valkey forgets everything, its clock goes back an hour.

Each waits, does it, lets it last, and undoes it; and says how often it was done.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import redis

from bench.faults.storm import storm
from bench.stage import Stage

BETWEEN, LASTS = (3.0, 6.0), (4.0, 8.0)  # seconds
BLOCK = 1 << 20
CLOCK = "FAKETIME_TIMESTAMP_FILE"  # names the file that says how far off the clock is

Trouble = Callable[[Stage, float, random.Random], Counter[str]]


def killed(place: Stage, seconds: float, chance: random.Random) -> Counter[str]:
    return storm(place.tree, seconds, chance)


def full_disk(place: Stage, seconds: float, chance: random.Random) -> Counter[str]:
    """Fill the disk to its last block, and make room again."""
    ballast = Path(place.env["DATA_DIR"]) / "ballast"

    def fill() -> None:
        with ballast.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * BLOCK)
            except OSError:
                return

    return _now_and_then("disk filled", seconds, chance, fill, ballast.unlink)


def emptied(place: Stage, seconds: float, chance: random.Random) -> Counter[str]:
    """Have Valkey forget all it holds: queue, counters, limits, who listens where."""
    valkey = redis.Redis(unix_socket_path=f"{place.env['DATA_DIR']}/run/valkey.sock", socket_timeout=5)
    return _now_and_then("Valkey emptied", seconds, chance, valkey.flushall, lambda: None)


def clock_back(place: Stage, seconds: float, chance: random.Random) -> Counter[str]:
    """Set the clock of all our processes back an hour, and right again."""
    file = Path(place.env[CLOCK])
    return _now_and_then(
        "clock set back", seconds, chance, lambda: _say(file, "-1h"), lambda: _say(file, "+0")
    )


def _say(file: Path, offset: str) -> None:
    new = file.with_suffix(".new")
    new.write_text(offset)
    new.replace(file)


def _now_and_then(
    name: str, seconds: float, chance: random.Random, do: Callable[[], object], undo: Callable[[], object]
) -> Counter[str]:
    ends, times = time.monotonic() + seconds, 0
    while True:
        time.sleep(chance.uniform(*BETWEEN))
        do()
        times += 1
        time.sleep(chance.uniform(*LASTS))
        undo()
        if time.monotonic() > ends:
            return Counter({name: times})


TROUBLES: dict[str, Trouble] = {
    "kill": killed,
    "disk": full_disk,
    "valkey": emptied,
    "clock": clock_back,
}


def faked_clock(folder: Path) -> dict[str, str]:
    """Return the environment in which processes take the time of day from a file. What waits goes on waiting."""
    import libfaketime

    file = folder / "clock"
    _say(file, "+0")
    return {
        "LD_PRELOAD": str(Path(libfaketime.__file__).parent / "vendor/libfaketime/src/libfaketime.so.1"),
        CLOCK: str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
