"""Who leaves while they are asked: who takes their place, and what becomes of a quorum."""

from typing import Any

import pytest

from approvals.models import Assignment, Run
from approvals.operations import release_leaver
from approvals.queries import slots_of_leavers
from kernel.actor import Actor
from orgs.models import Membership
from tests.approvals.conftest import yes
from tests.approvals.ways import begun, ended, slots, step

PLATFORM = Actor.system("tests")


@pytest.fixture
def four(cast: Any) -> Any:
    for name in ("sia", "otto"):
        Membership.objects.create(organization=cast.northwind, user=getattr(cast, name).user, role="member")
        cast.__dict__[f"{name}_n"] = getattr(cast, name).for_org(cast.northwind)
    return cast


def leaves(cast: Any, name: str, handover: Any = None) -> None:
    user = getattr(cast, name).user
    Membership.objects.filter(organization=cast.northwind, user=user).update(state="ended")
    for slot in slots_of_leavers(user.pk):
        release_leaver(actor=PLATFORM, instance=slot.instance, assignment=slot.pk, handover=handover)


def test_whom_they_handed_over_to_takes_the_place(four):
    instance = begun(four, [step(four, "ask", "sia")])

    leaves(four, "sia", handover=four.otto.user_id)

    assert slots(instance, "ask") == {"sia": "REMOVED", "otto": "PENDING"}
    ended(instance, "RUNNING")


def test_else_their_manager_does(four):
    Membership.objects.filter(organization=four.northwind, user=four.sia.user).update(manager=four.otto.user)
    instance = begun(four, [step(four, "ask", "sia")])

    leaves(four, "sia")

    assert slots(instance, "ask") == {"sia": "REMOVED", "otto": "PENDING"}


def test_else_who_steers_does(four):
    instance = begun(four, [step(four, "ask", "sia")])

    leaves(four, "sia")

    assert slots(instance, "ask") == {"sia": "REMOVED", "nora": "PENDING"}


def test_on_member_loss_drop_goes_on_without_them(four):
    instance = begun(four, [step(four, "ask", "sia", "nora", mode={"kind": "all"}, on_member_loss="drop")])
    yes(four.nora, instance)

    leaves(four, "sia")

    assert slots(instance, "ask") == {"sia": "REMOVED", "nora": "APPROVED"}
    ended(instance, "APPROVED")


def test_a_quorum_that_is_lost_by_it_suspends(four):
    mode = {"kind": "quota", "n": 2}
    instance = begun(four, [step(four, "ask", "sia", "nora", mode=mode, on_member_loss="drop")])

    leaves(four, "sia")

    assert Run.objects.get(instance=instance).reason == "quorum_lost"
    ended(instance, "SUSPENDED")


def test_what_they_decided_stands(four):
    instance = begun(four, [step(four, "ask", "sia", "nora", mode={"kind": "all"})])
    yes(four.sia_n, instance)

    leaves(four, "sia")

    assert slots(instance, "ask")["sia"] == "APPROVED"


def test_who_still_works_there_keeps_their_place(four):
    instance = begun(four, [step(four, "ask", "sia")])
    slot = Assignment.objects.get(instance=instance)

    assert not slots_of_leavers(four.sia.user_id).exists()
    assert not release_leaver(actor=PLATFORM, instance=instance, assignment=slot.pk)
    assert slots(instance, "ask") == {"sia": "PENDING"}
