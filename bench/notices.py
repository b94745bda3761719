"""Notices: how long it takes until a thousand people have one, with the letter and the push that it owes.

``python -m bench.notices`` prints JSON, in the environment of a platform that runs.
"""

import json
import os
import time
from datetime import timedelta
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
django.setup()

from django.db import connections, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Session, User  # noqa: E402
from kernel.acting import acting, database  # noqa: E402
from kernel.actor import Actor  # noqa: E402
from kernel.events import Record  # noqa: E402
from kernel.notices import Due, owes  # noqa: E402
from kernel.nouns import uuid7  # noqa: E402
from notifications.models import Delivery, Device, Notice, Push  # noqa: E402
from notifications.operations import make_notices  # noqa: E402

PLATFORM = Actor.system("bench")
EVENT, PEOPLE, ROUNDS = "audit.record_read", 1_000, 5  # an event that owes nobody a word otherwise
# A point on the curve; nobody is called here.
KEY = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"


def main() -> None:
    with acting(PLATFORM):
        people = crowd()
        owes(EVENT, kind="approval", mail=True)(lambda record: (Due(one.pk) for one in people))
        took, queries = zip(*(told() for _round in range(ROUNDS)), strict=True)
    print(json.dumps({"seconds": median(took), "queries": max(queries)}))


def crowd() -> list[User]:
    """Make people who get everything: inbox, mail, and push on one device each."""
    mark, now = uuid7().hex, timezone.now()
    people = [User(email=f"{number}.{mark}@bench.example", name=f"P{number}") for number in range(PEOPLE)]
    User.objects.bulk_create(people)
    until = now + timedelta(days=1)
    sessions = [Session(session_key=uuid7().hex, user=one, expire_date=until) for one in people]
    Session.objects.bulk_create(sessions)
    said: dict[str, Any] = {"endpoint": "https://push.example/", "public_key": KEY, "secret": "A" * 22}
    Device.objects.bulk_create([Device(user=one.user, session=one, **said) for one in sessions])
    return people


def told() -> tuple[float, int]:
    """Return how long one event took to be told to all, until it was committed, and how many questions that were."""
    record = Record(
        id=uuid7(), name=EVENT, at=timezone.now(), actor_id=None, actor_name="", via="", org_id=uuid7(),
        org_name="A company 北风", org_ids=(), workspace_id=None, subject=("org", uuid7(), "A company"), payload={},
    )  # fmt: skip
    with CaptureQueriesContext(connections[database()]) as asked:
        began = time.perf_counter()
        with transaction.atomic(using=database()):
            assert len(make_notices(actor=PLATFORM, record=record)) == PEOPLE
        took = time.perf_counter() - began
    assert counted(record) == [PEOPLE] * 3, "all of it is there"
    return took, len(asked)


def counted(record: Record) -> list[int]:
    made = Notice.objects.filter(event_id=record.id)
    return [made.count(), *(one.objects.filter(notice__in=made).count() for one in (Delivery, Push))]


if __name__ == "__main__":
    main()
