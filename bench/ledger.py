"""The record: how fast it is sealed and verified, what a checkpoint and a proof cost, and what being recorded costs.

``python -m bench.ledger`` prints JSON, in the environment of a platform that runs.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from audit import bundles  # noqa: E402
from audit.models import Chain, Outbox  # noqa: E402
from audit.operations import make_checkpoint, seal_some  # noqa: E402
from audit.proofs import Proofs  # noqa: E402
from audit.verification import examine  # noqa: E402
from bench.inside import actor  # noqa: E402
from chat.models import Channel  # noqa: E402
from chat.operations import post_message  # noqa: E402
from kernel import events  # noqa: E402
from kernel.acting import acting  # noqa: E402
from kernel.actor import Actor  # noqa: E402
from kernel.nouns import uuid7  # noqa: E402

PLATFORM = Actor.system("bench")
ENTRIES, PIECE, PROOFS, POSTS, ROUNDS = 20_000, 10_000, 50, 60, 5
SCRIPT = Path(__file__).resolve().parent.parent / "docs" / "verify_record.py"


def main() -> None:
    with acting(PLATFORM):
        chain, sealed = seal()
        verified = rate(lambda: examine(chain), chain.last_seq)
        checkpoint = seconds(lambda: make_checkpoint(actor=PLATFORM, chain=chain))
        proofs = Proofs(chain)
        proof = median(
            seconds(lambda at=at: proofs.inclusion(1 + at * (chain.last_seq // PROOFS), chain.last_seq))
            for at in range(PROOFS)
        )
        lines = list(bundles.lines_of(chain))
        bundle = rate(lambda: bundles.check(lines), PIECE)
        by_script = script(chain)
    figures = {"sealed": sealed, "verified": verified, "checkpoint": checkpoint, "proof": proof}
    print(json.dumps(figures | {"bundle": bundle, "script": by_script} | recorded()))


def seal() -> tuple[Chain, float]:
    """Let one organization's chain grow, whoever seals: the platform's own worker may help."""
    org_id, now = uuid7(), timezone.now()
    said = {"name": "chat.message_posted", "at": now, "org_id": org_id, "org_name": "A company 北风"}
    said |= {"actor_id": uuid7(), "actor_name": "Nora", "subject_type": "channel", "subject_id": uuid7()}
    Outbox.objects.bulk_create([Outbox(**said, payload={"seq": one}) for one in range(ENTRIES)], 2000)
    began = time.perf_counter()
    while Outbox.objects.unsealed().exists():
        if seal_some(actor=PLATFORM) is None:
            time.sleep(0.01)
    took = time.perf_counter() - began
    return Chain.objects.get(kind="org", noun_id=org_id), ENTRIES / took


def script(chain: Chain) -> float:
    """Return entries a second by the script that partners run: what a second file takes longer than the first alone."""
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder) / name) for name in ("first.jsonl", "second.jsonl")]
        for place, file in enumerate(files):
            Path(file).write_text("".join(bundles.lines_of(chain, after=place * PIECE)), encoding="utf-8")
        run = [sys.executable, "-I", str(SCRIPT)]
        one, both = (
            min(
                seconds(lambda some=some: subprocess.run(run + some, check=True, stdout=subprocess.DEVNULL))
                for _ in range(5)
            )
            for some in (files[:1], files)
        )
        return PIECE / (both - one)


def recorded() -> dict[str, float]:
    """Post messages that are recorded, and such as are not, by turns."""
    with acting(PLATFORM):
        nora = actor("nora@northwind.example", "northwind")
        open_ones = Channel.objects.filter(workspace__host=nora.org, kind="open", internal_to=None)
        channel = open_ones.order_by("pk").first()

    def post() -> None:
        for number in range(POSTS):
            post_message(actor=nora, channel=channel, body=f"{number}: The samples arrive on Thursday.")

    post()
    with_it, without = [], []
    for _ in range(ROUNDS):
        with_it.append(seconds(post) / POSTS)
        with unrecorded():
            without.append(seconds(post) / POSTS)
    return {"recorded": median(with_it), "unrecorded": median(without)}


@contextmanager
def unrecorded() -> Iterator[None]:
    kept, events._recorders[:] = list(events._recorders), []
    try:
        yield
    finally:
        events._recorders[:] = kept


def seconds(does: Callable[[], Any]) -> float:
    began = time.perf_counter()
    does()
    return time.perf_counter() - began


def rate(does: Callable[[], Any], count: int) -> float:
    return count / min(seconds(does) for _ in range(3))


if __name__ == "__main__":
    main()
