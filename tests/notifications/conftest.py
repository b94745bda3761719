"""Two people, and an event that owes the second one a word."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from kernel import notices
from kernel.acting import acting
from kernel.actor import Actor
from kernel.events import Record
from kernel.notices import Due
from notifications.models import Delivery, Notice
from tests.kernel.receivers import listening
from tests.notifications.browsers import Browser
from tests.notifications.push import register

PLATFORM = Actor.system("tests")
EVENT = "audit.record_read"  # any event with a sentence


@pytest.fixture
def people(world: None) -> Iterator[SimpleNamespace]:
    with acting(PLATFORM):
        Delivery.objects.all().delete()  # what the cast was told is not counted here
        Notice.objects.all().delete()
        yield SimpleNamespace(
            ann=person("ann@one.example", "Ann"),
            bo=person("bo@two.example", "Bo 伯", language="zh-hans", time_zone="Asia/Shanghai"),
        )


def person(email: str, name: str, **fields: str) -> User:
    return User.objects.create_user(email, "a long enough secret", name=name, agreed=True, **fields)


@pytest.fixture
def owe(monkeypatch, people) -> Callable[..., None]:
    """Say that the event owes somebody a word, and nobody else anything."""
    monkeypatch.setattr(notices, "DUTIES", type(notices.DUTIES)(list))

    def say(*users: User, kind: str = "approval", mail: bool = True, **rest: Any) -> None:
        urgency = rest.pop("urgency", "now")
        dues = [Due(user.pk, "/approvals/7/", urgency) for user in users]
        notices.owes(EVENT, kind=kind, mail=mail, **rest)(lambda record: dues)

    return say


@pytest.fixture
def record(people) -> Record:
    """Ann has read the record of her organization."""
    return Record(
        id=uuid4(),
        name=EVENT,
        at=datetime(2026, 11, 23, 10, 18, tzinfo=UTC),
        actor_id=people.ann.pk,
        actor_name="Ann",
        via="",
        org_id=uuid4(),
        org_name="One & Co",
        org_ids=(),
        workspace_id=None,
        subject=("org", uuid4(), "Two <Ltd>"),
        payload={"kind": "org"},
    )


@pytest.fixture
def platform() -> Actor:
    return PLATFORM


@pytest.fixture
def browser(settings):
    settings.OUTGOING_TO_LOOPBACK = True
    here = Browser()
    with listening(here.talk) as (port, _met):
        here.endpoint = f"http://127.0.0.1:{port}/send/abc"
        yield here


@pytest.fixture
def device(people, browser):
    """Bo's browser, in which he is signed in and wants to be told."""
    return register(people.bo, browser)
