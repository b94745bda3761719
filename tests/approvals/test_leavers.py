"""Who leaves while they are asked: who takes their place, and what becomes of a quorum."""

from typing import Any

import pytest

from approvals import tasks
from approvals.inbox import Wanted, page_of
from approvals.models import Assignment, Instance, Run
from approvals.operations import (
    hand_over_request,
    release_leaver,
    resubmit,
    return_to,
    start,
    withdraw,
)
from approvals.projection import View
from approvals.queries import requests_of_leavers, slots_of_leavers
from kernel.actor import Actor
from kernel.errors import NotAllowed, NotVisible
from orgs.models import Membership
from tests.approvals.conftest import purchase, yes
from tests.approvals.ways import begun, ended, published, slots, step

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
    for instance in requests_of_leavers(user.pk):
        hand_over_request(actor=PLATFORM, instance=instance, handover=handover)
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


def returned(four: Any) -> Instance:
    """A request of Sia's that has come back to her, who then leaves and hands over to Otto."""
    definition = published(four, [step(four, "ask", "nora")], policy={"self": "manager"})
    instance = start(actor=four.sia_n, definition=definition, title="Way", form={"note": "one"})
    return_to(actor=four.nora, instance=instance, comment="Say more.")
    ended(instance, "RETURNED")
    return instance


def test_whom_a_request_was_handed_over_to_resubmits_it(four):
    instance = returned(four)
    with pytest.raises(NotVisible):
        resubmit(actor=four.otto_n, instance=instance)
    leaves(four, "sia", handover=four.otto.user_id)
    with pytest.raises(NotAllowed):
        resubmit(actor=four.nora, instance=instance)

    again = resubmit(actor=four.otto_n, instance=instance, form={"note": "two"})

    assert (again.number, again.round, again.form["note"]) == (instance.fresh().number, 2, "two")
    assert again.initiator_id == four.sia.user_id, "she asked first, and that stays"
    yes(four.nora, again)
    ended(again, "APPROVED")


def test_a_request_that_runs_is_handed_over_too_and_comes_back_to_who_has_it(four):
    definition = published(four, [step(four, "ask", "nora")])
    instance = start(actor=four.sia_n, definition=definition, title="Way", form={})
    leaves(four, "sia", handover=four.otto.user_id)

    return_to(actor=four.nora, instance=instance, comment="Say more.")

    can = {one["action"] for one in View(instance.fresh(), four.otto_n).can}
    assert {"resubmit", "withdraw"} <= can
    assert instance in page_of(four.otto_n, Wanted(tab="mine"), "", 10)[0]
    withdraw(actor=four.otto_n, instance=instance)
    ended(instance, "WITHDRAWN")


def test_without_a_name_a_request_goes_to_the_manager_else_to_who_steers(four):
    one, other = returned(four), purchase(four)
    Membership.objects.filter(organization=four.northwind, user=four.sia.user).update(manager=four.otto.user)
    Membership.objects.filter(organization=four.northwind, user=four.nils.user).update(manager=None)

    leaves(four, "sia")
    leaves(four, "nils")

    assert one.fresh().keeper_id == four.otto.user_id
    assert other.fresh().keeper_id == four.nora.user_id


def test_who_has_a_request_of_somebody_else_does_not_decide_on_it(four):
    """The rule for who asks looks at them: asked to decide, their manager is asked instead."""
    Membership.objects.filter(organization=four.northwind, user=four.otto.user).update(manager=four.nora.user)
    definition = published(four, [step(four, "ask", "otto")], policy={"self": "manager"})
    instance = start(actor=four.sia_n, definition=definition, title="Way", form={})
    return_to(actor=four.otto_n, instance=instance, comment="Say more.")
    leaves(four, "sia", handover=four.otto.user_id)

    resubmit(actor=four.otto_n, instance=instance)

    run = Run.objects.filter(instance=instance).order_by("pk").last()
    assert [one.principal_id for one in run.assignments.all()] == [four.nora.user_id]


def test_who_stays_keeps_their_requests_and_drafts_are_nobody_elses(four, api):
    instance = returned(four)
    assert not requests_of_leavers(four.sia.user_id).exists()
    assert not hand_over_request(actor=PLATFORM, instance=instance, handover=four.otto.user_id)
    with pytest.raises(NotAllowed):
        hand_over_request(actor=four.nora, instance=instance, handover=four.otto.user_id)
    settled = begun(four, [step(four, "ask", "nora")], key="other")
    yes(four.nora, settled)
    leaves(four, "nils")
    assert settled.fresh().keeper_id is None


def test_a_partner_is_not_told_to_whom_a_request_was_handed_over(four, with_southbay):
    leaves(four, "nils", handover=four.otto.user_id)
    instance = with_southbay.fresh()
    assert instance.keeper_id == four.otto.user_id, "premise: it was"

    assert View(instance, four.nora).keeper == four.otto.user
    assert View(instance, four.sol).keeper is None
    assert not View(instance, four.sol).events().filter(type="handed_over").exists()
    ended(instance, "RUNNING")


def test_the_membership_that_ends_names_who_has_the_requests_from_then_on(four, api):
    instance = returned(four)
    membership = Membership.objects.get(organization=four.northwind, user=four.sia.user)

    answer = api("nora").delete(f"members/{membership.pk}/?handover={four.otto.user_id}")

    assert answer.status_code == 204
    tasks.hand_over(str(instance.pk), str(four.otto.user_id))
    tasks.hand_over(str(instance.pk), str(four.nora.user_id))  # asked twice, it has been done
    shown = api("otto").get(f"approvals/instances/{instance.pk}/").json()
    assert shown["handed_to"]["id"] == str(four.otto.user_id)
    assert {"action": "resubmit", "assignment": None} in shown["can"]
