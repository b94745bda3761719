"""Requests under way between Northwind and Southbay, made as anybody makes them."""

from collections.abc import Callable
from typing import Any

import pytest

from approvals.models import Assignment, Definition, Instance
from approvals.operations import decide, start
from kernel.actor import Actor
from orgs.operations import accept_partnership, propose_partnership

MONEY = {"amount": "1286400.00", "currency": "CNY"}


def definition_of(org: Any, key: str = "purchase.change") -> Definition:
    rows = Definition.objects.select_related("organization", "current")
    return rows.get(organization=org, key=key)


def purchase(cast: Any, actor: Actor | None = None, **changes: Any) -> Instance:
    """Return a purchase change of Nils (or another), running, at his manager's."""
    form = {
        "supplier": str(cast.southbay.pk),
        "amount": MONEY,
        "quantity": 24000,
        "delivery": "2027-01-12",
        "reason": "Thicker wall",
        "target_cost": {"amount": "777.77", "currency": "CNY"},
    }
    said = {"title": "Housing, second batch", "form": form} | changes
    return start(actor=actor or cast.nils, definition=definition_of(cast.northwind), **said)


def yes(actor: Actor, instance: Instance, **words: Any) -> Instance:
    return decide(actor=actor, instance=instance, verdict=Assignment.State.APPROVED, **words)


def no(actor: Actor, instance: Instance, comment: str = "Not like this.", **words: Any) -> Instance:
    return decide(actor=actor, instance=instance, verdict=Assignment.State.REJECTED, comment=comment, **words)


def pending(instance: Instance, actor: Actor) -> Assignment:
    return Assignment.objects.get(instance=instance, principal=actor.user, state="PENDING")


@pytest.fixture
def running(cast: Any) -> Instance:
    return purchase(cast)


@pytest.fixture
def with_southbay(cast: Any, running: Instance) -> Instance:
    """It has passed Northwind and waits for Sol."""
    yes(cast.nora, running)
    yes(cast.nora, running)
    return running.fresh()


@pytest.fixture
def partner() -> Callable[..., Any]:
    def make(one: Actor, other: Actor) -> Any:
        proposed = propose_partnership(actor=one, organization=one.org, partner=other.org, kind="supplier")
        return accept_partnership(actor=other, partnership=proposed)

    return make
