"""``python -m bench.faults``: SECONDS of faults (60), chosen by SEED; exit code 1 if anything was lost or doubled."""

import json
import os
import random
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from bench.faults.load import Load
from bench.faults.storm import storm
from bench.stage import ROOT, Stage, stage

SETTLES_WITHIN = 180.0  # seconds


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


def waiting(place: Stage) -> int:
    """Return how many events have not got into the record and past their readers, once nothing moves any more."""
    asked = "from audit.models import Outbox; print(Outbox.objects.filter(parked_at=None).count())"
    give_up = time.monotonic() + SETTLES_WITHIN
    while True:
        left = int(place.manage("shell", "--no-imports", "-c", asked).split()[-1])
        if not left or time.monotonic() > give_up:
            return left
        time.sleep(2)


def chains(place: Stage) -> tuple[str, bool]:
    done = subprocess.run(
        [sys.executable, "manage.py", "audit_verify"],
        cwd=ROOT, env=place.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return (done.stdout.strip() or done.stderr[-300:]), done.returncode == 0


def findings(place: Stage, ground: dict[str, Any], load: Load) -> dict[str, int]:
    kept = Path(place.env["DATA_DIR"]) / "ledger.json"
    kept.write_text(json.dumps(vars(load.ledger)))
    return json.loads(
        place.python("-m", "bench.faults.findings", json.dumps(ground), str(kept)).splitlines()[-1]
    )


def main() -> int:
    seconds = float(os.environ.get("SECONDS") or 60)
    seed = int(os.environ.get("SEED") or secrets.randbelow(10**6))
    with stage() as place:
        ground = json.loads(place.python("-m", "bench.faults.ground").splitlines()[-1])
        load = Load(f"http://{place.host}:{place.port}", ground)
        load.start()
        killed = storm(place.tree, seconds, random.Random(seed))
        back = until_ready(place)
        wrong = {"people who are stuck": load.stop(SETTLES_WITHIN), "events that wait": waiting(place)}
        wrong |= findings(place, ground, load)
        record, whole = chains(place)
    ledger = load.ledger
    line("killed (SEED)", ", ".join(f"{name} {times}" for name, times in killed.items()) + f" ({seed})")
    line("ready again after, s", f"{back:.1f}")
    line("posts acknowledged", len(ledger.posts))
    line("requests, decisions acknowledged", f"{len(ledger.requests)}, {len(ledger.decisions)}")
    line(
        "tries not acknowledged, by why", ", ".join(f"{why}: {n}" for why, n in sorted(ledger.tries.items()))
    )
    for what, count in wrong.items():
        line(what, count)
    line("record", record)
    return 1 if any(wrong.values()) or not whole or not ledger.posts or not ledger.requests else 0


if __name__ == "__main__":
    sys.exit(main())
