"""Two operators, and what one of them wants to read."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from kernel.actor import Actor
from oversight.models import Inspection
from oversight.operations import approve_inspection, ask_inspection


@pytest.fixture
def first(root: User) -> Actor:
    return Actor.operator(root)


@pytest.fixture
def second(cast: Any) -> Actor:
    user = User.objects.create_user(
        "two@collab.example", None, agreed=True, name="Two", is_staff=True, is_superuser=True
    )
    return Actor.operator(user)


@pytest.fixture
def other_desk(second: Actor) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(second.user)
    return client


@pytest.fixture
def asked(cast: Any, first: Actor) -> Any:
    def ask(kind: str = "channel", noun: Any = None, minutes: int = 60) -> Inspection:
        wanted = {
            "kind": kind,
            "noun_id": (noun or cast.general).pk,
            "reason": "a court order",
            "minutes": minutes,
        }
        return ask_inspection(actor=first, **wanted)

    return ask


@pytest.fixture
def opened(asked: Any, second: Actor) -> Any:
    return lambda *what, **how: approve_inspection(actor=second, inspection=asked(*what, **how))
