"""Asking others: before, after, beside, instead; and taking one's word back."""

from typing import Any

import pytest

from approvals.errors import AlreadyDecided, NotAssigned, StepClosed, TooDeep, TooManyHops
from approvals.models import Assignment
from approvals.operations import (
    add_after,
    add_before,
    add_parallel,
    remove_added,
    retract,
    transfer,
)
from kernel.errors import InvalidInput
from orgs.models import Membership
from tests.approvals.conftest import no, yes
from tests.approvals.ways import begun, ended, slots, step


@pytest.fixture
def four(cast: Any) -> Any:
    for name in ("sia", "otto"):
        Membership.objects.create(organization=cast.northwind, user=getattr(cast, name).user, role="member")
        cast.__dict__[f"{name}_n"] = getattr(cast, name).for_org(cast.northwind)
    return cast


def people(cast: Any, *names: str) -> list[Any]:
    return [getattr(cast, name).user_id for name in names]


def test_add_before_waits_for_the_helpers(four):
    instance = begun(four, [step(four, "ask", "nora")])

    add_before(actor=four.nora, instance=instance, users=people(four, "sia", "otto"), mode="all")
    assert slots(instance, "ask") == {"nora": "WAITING", "sia": "PENDING", "otto": "PENDING"}
    yes(four.sia_n, instance)
    assert slots(instance, "ask")["nora"] == "WAITING"
    yes(four.otto_n, instance)

    assert slots(instance, "ask")["nora"] == "PENDING"
    yes(four.nora, instance)
    ended(instance, "APPROVED")


def test_add_before_any_is_content_with_one(four):
    instance = begun(four, [step(four, "ask", "nora")])

    add_before(actor=four.nora, instance=instance, users=people(four, "sia", "otto"), mode="any")
    yes(four.sia_n, instance)

    assert slots(instance, "ask") == {"nora": "PENDING", "sia": "APPROVED", "otto": "CANCELLED"}
    ended(instance, "RUNNING")


def test_add_before_sequence_asks_one_after_the_other(four):
    instance = begun(four, [step(four, "ask", "nora")])

    add_before(actor=four.nora, instance=instance, users=people(four, "sia", "otto"), mode="sequence")
    assert slots(instance, "ask") == {"nora": "WAITING", "sia": "PENDING", "otto": "WAITING"}
    yes(four.sia_n, instance)
    yes(four.otto_n, instance)

    assert slots(instance, "ask")["nora"] == "PENDING"
    ended(instance, "RUNNING")


def test_a_no_of_a_helper_before_rejects_the_step(four):
    instance = begun(four, [step(four, "ask", "nora")])
    add_before(actor=four.nora, instance=instance, users=people(four, "sia"))

    no(four.sia_n, instance)

    assert slots(instance, "ask") == {"nora": "CANCELLED", "sia": "REJECTED"}
    ended(instance, "REJECTED")


def test_helpers_ask_helpers_no_deeper_than_five(four, monkeypatch):
    from approvals.operations import voices

    monkeypatch.setattr(voices, "MOST_DEPTH", 1)
    instance = begun(four, [step(four, "ask", "nora")])
    add_before(actor=four.nora, instance=instance, users=people(four, "sia"))

    with pytest.raises(TooDeep):
        add_before(actor=four.sia_n, instance=instance, users=people(four, "otto"))


def test_who_is_in_the_run_already_is_not_added(four):
    instance = begun(four, [step(four, "ask", "nora", "sia", mode={"kind": "all"})])

    with pytest.raises(InvalidInput):
        add_parallel(actor=four.nora, instance=instance, users=people(four, "sia"))
    with pytest.raises(InvalidInput):
        add_parallel(actor=four.nora, instance=instance, users=people(four, "sol"))
    with pytest.raises(InvalidInput):
        add_parallel(actor=four.nora, instance=instance, users=[])


def test_add_after_leaves_the_step_open_for_the_helpers(four):
    instance = begun(four, [step(four, "ask", "nora")])

    add_after(actor=four.nora, instance=instance, users=people(four, "sia"))
    assert slots(instance, "ask") == {"nora": "APPROVED", "sia": "PENDING"}
    assert instance.fresh().state == "RUNNING"
    yes(four.sia_n, instance)

    ended(instance, "APPROVED")


def test_a_no_of_a_helper_after_rejects_the_step(four):
    instance = begun(four, [step(four, "ask", "nora")])
    add_after(actor=four.nora, instance=instance, users=people(four, "sia"))

    no(four.sia_n, instance)

    ended(instance, "REJECTED")


def test_add_parallel_is_one_vote_more(four):
    instance = begun(four, [step(four, "ask", "nora", "nils", mode={"kind": "quota", "percent": 100})])

    add_parallel(actor=four.nora, instance=instance, users=people(four, "sia"))
    yes(four.nora, instance)
    yes(four.nils, instance)
    assert instance.fresh().state == "RUNNING"
    yes(four.sia_n, instance)

    ended(instance, "APPROVED")


def test_remove_added_takes_the_vote_away_and_looks_again(four):
    instance = begun(four, [step(four, "ask", "nora", mode={"kind": "all"})])
    add_parallel(actor=four.nora, instance=instance, users=people(four, "sia"))
    helper = Assignment.objects.get(instance=instance, principal=four.sia.user)
    yes(four.nora, instance)

    with pytest.raises(NotAssigned):
        remove_added(actor=four.nils, instance=instance, helper=helper.pk)
    remove_added(actor=four.nora, instance=instance, helper=helper.pk)

    assert slots(instance, "ask")["sia"] == "REMOVED"
    ended(instance, "APPROVED")


def test_a_helper_who_has_answered_is_not_removed(four):
    instance = begun(four, [step(four, "ask", "nora", mode={"kind": "all"})])
    add_parallel(actor=four.nora, instance=instance, users=people(four, "sia"))
    yes(four.sia_n, instance)
    helper = Assignment.objects.get(instance=instance, principal=four.sia.user)

    with pytest.raises(AlreadyDecided):
        remove_added(actor=four.nora, instance=instance, helper=helper.pk)


def test_removing_the_last_helper_before_gives_the_turn_back(four):
    instance = begun(four, [step(four, "ask", "nora")])
    add_before(actor=four.nora, instance=instance, users=people(four, "sia"))
    helper = Assignment.objects.get(instance=instance, principal=four.sia.user)

    remove_added(actor=four.nora, instance=instance, helper=helper.pk)

    assert slots(instance, "ask") == {"nora": "PENDING", "sia": "REMOVED"}
    ended(instance, "RUNNING")


def test_transfer_inherits_place_and_weight(four):
    weights = {str(four.nora.user_id): 9}
    mode = {"kind": "weighted", "weights": weights, "num": 1, "den": 2}
    instance = begun(four, [step(four, "ask", "nora", "nils", mode=mode)])

    transfer(actor=four.nora, instance=instance, to=four.sia.user_id)
    assert slots(instance, "ask") == {"nora": "TRANSFERRED", "sia": "PENDING", "nils": "PENDING"}
    yes(four.sia_n, instance)

    ended(instance, "APPROVED")


def test_transfer_goes_no_further_than_ten_hops(four, monkeypatch):
    from approvals.operations import voices

    monkeypatch.setattr(voices, "MOST_HOPS", 1)
    instance = begun(four, [step(four, "ask", "nora")])
    transfer(actor=four.nora, instance=instance, to=four.sia.user_id)

    with pytest.raises(TooManyHops):
        transfer(actor=four.sia_n, instance=instance, to=four.otto.user_id)


def test_transfer_stays_in_the_organization(cast):
    instance = begun(cast, [step(cast, "ask", "nora")])

    with pytest.raises(InvalidInput):
        transfer(actor=cast.nora, instance=instance, to=cast.sol.user_id)


def test_retract_counts_back(four):
    instance = begun(four, [step(four, "ask", "nora", "sia", mode={"kind": "all"})])
    yes(four.nora, instance)

    retract(actor=four.nora, instance=instance)

    assert slots(instance, "ask") == {"nora": "PENDING", "sia": "PENDING"}
    ended(instance, "RUNNING")
    no(four.nora, instance)
    ended(instance, "REJECTED")


def test_retract_in_a_sequence_sends_the_next_to_wait_again(four):
    instance = begun(four, [step(four, "ask", "nora", "sia", "otto", mode={"kind": "sequence"})])
    yes(four.nora, instance)

    retract(actor=four.nora, instance=instance)

    assert slots(instance, "ask") == {"nora": "PENDING", "sia": "WAITING", "otto": "WAITING"}
    yes(four.nora, instance)
    yes(four.sia_n, instance)
    with pytest.raises(StepClosed):
        retract(actor=four.nora, instance=instance)
    ended(instance, "RUNNING")


def test_a_word_is_not_taken_back_once_the_step_has_ended(cast):
    instance = begun(cast, [step(cast, "ask", "nora"), step(cast, "then", "nils")])
    yes(cast.nora, instance)

    with pytest.raises(AlreadyDecided):
        retract(actor=cast.nora, instance=instance)
