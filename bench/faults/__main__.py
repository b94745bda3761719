"""``python -m bench.faults``: SECONDS (60) of each of FAULTS (kill,disk,valkey,clock), chosen by SEED.

Exit code 1 if anything was lost or doubled.
"""

import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.faults.host import host
from bench.faults.load import Load
from bench.faults.troubles import TROUBLES, faked_clock
from bench.stage import ROOT, Stage, stage

SETTLES_WITHIN = 180.0  # seconds
DISK = "600m"
LIMITS = "messages=10000000/minute,invitations=100000/hour,invitations of an organization=100000/hour"
APART = "COLLAB_FAULTS_APART"


def line(what: str, figure: Any) -> None:
    print(f"  {what:<32} {figure}", flush=True)


def until_ready(place: Stage) -> float:
    """Return after how many seconds everything answers again."""
    began = time.monotonic()
    while time.monotonic() < began + SETTLES_WITHIN:
        try:
            with urllib.request.urlopen(f"http://{place.host}:{place.port}/readyz", timeout=10):
                return time.monotonic() - began
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit("It did not come back.")


WAITS = """
from audit.models import Outbox
from notifications.models import Delivery as Letter
from webhooks.models import Delivery as Telling
print(Outbox.objects.filter(parked_at=None).count() + Letter.objects.due().count() + Telling.objects.due().count())
"""


def waiting(place: Stage) -> int:
    """Return how much has not got into the record, past its readers or on its way, once nothing moves any more."""
    give_up = time.monotonic() + SETTLES_WITHIN
    while True:
        left = int(place.manage("shell", "--no-imports", "-c", WAITS).split()[-1])
        if not left or time.monotonic() > give_up:
            return left
        time.sleep(2)


def chains(place: Stage) -> tuple[str, bool]:
    done = subprocess.run(
        [sys.executable, "manage.py", "audit_verify"],
        cwd=ROOT, env=place.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return (done.stdout.strip() or done.stderr[-300:]), done.returncode == 0


def findings(place: Stage, ground: dict[str, Any], load: Load, heard: list[str]) -> dict[str, int]:
    folder = Path(place.env["DATA_DIR"])
    ledger, told = folder / "ledger.json", folder / "heard.json"
    ledger.write_text(json.dumps(vars(load.ledger)))
    told.write_text(json.dumps(heard))
    words = ("-m", "bench.faults.findings", json.dumps(ground), str(ledger), str(told))
    return json.loads(place.python(*words).splitlines()[-1])


@contextmanager
def scene(trouble: str) -> Iterator[Stage]:
    """Set everything up as one trouble needs it: on a small disk of its own, or by a clock of its own."""
    more = {"OUTGOING_TO_LOOPBACK": "1", "RATE_LIMITS": LIMITS}
    with tempfile.TemporaryDirectory(prefix="collab-faults-") as name:
        folder = Path(name)
        if trouble == "disk":
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", name], check=True)
        if trouble == "clock":
            more |= faked_clock(folder)
        try:
            with stage(folder / "data", more) as place:
                yield place
        finally:
            if trouble == "disk":
                subprocess.run(["umount", "--lazy", name], check=True)


def suffered(trouble: str, seconds: float, seed: int) -> bool:
    """Let people write while it happens, and tell whether anything was lost or doubled."""
    with host() as (address, heard), scene(trouble) as place:
        ground = json.loads(place.python("-m", "bench.faults.ground", address).splitlines()[-1])
        load = Load(f"http://{place.host}:{place.port}", ground)
        load.start()
        happened = TROUBLES[trouble](place, seconds, random.Random(seed))
        back = until_ready(place)
        wrong = {"people who are stuck": load.stop(SETTLES_WITHIN), "what waits still": waiting(place)}
        wrong |= findings(place, ground, load, heard)
        record, whole = chains(place)
    ledger = load.ledger
    print(f"{trouble} (SEED {seed})")
    line("happened", ", ".join(f"{name} {times}" for name, times in happened.items()))
    line("ready again after, s", f"{back:.1f}")
    line("posts, invitations acknowledged", f"{len(ledger.posts)}, {len(ledger.invited)}")
    line("requests, decisions acknowledged", f"{len(ledger.requests)}, {len(ledger.decisions)}")
    tries = ", ".join(f"{why}: {n}" for why, n in sorted(ledger.tries.items()))
    line("tries not acknowledged, by why", tries)
    for what, count in wrong.items():
        line(what, count)
    line("record", record)
    return whole and bool(ledger.posts and ledger.requests) and not any(wrong.values())


def main() -> int:
    wanted = (os.environ.get("FAULTS") or ",".join(TROUBLES)).split(",")
    if unknown := set(wanted) - set(TROUBLES):
        sys.exit(f"There is {', '.join(TROUBLES)}; no {', '.join(unknown)}.")
    if "disk" in wanted and not os.environ.get(
        APART
    ):  # a disk of one's own needs a mount, and that a namespace
        words = ["unshare", "--user", "--map-root-user", "--mount", sys.executable, "-m", "bench.faults"]
        return subprocess.run(words, env=os.environ | {APART: "1"}, check=False).returncode
    seconds = float(os.environ.get("SECONDS") or 60)
    seed = int(os.environ.get("SEED") or secrets.randbelow(10**6))
    bad = [one for one in wanted if not suffered(one, seconds, seed)]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
