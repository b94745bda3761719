"""Asking: who is turned to, which number it gets, and what keeps it from leaving."""

import pytest

from approvals.errors import PartnershipNotActive, RequestClosed
from approvals.models import Assignment, Instance
from approvals.operations import change_draft, create_draft, start, submit
from kernel.errors import InvalidInput, NotAllowed
from orgs.models import Membership, Partnership
from orgs.operations import set_position
from tests.approvals.conftest import MONEY, definition_of, pending, purchase, yes


def pointers(refused) -> set[str]:
    return {one["pointer"] for one in refused.value.errors}


def test_a_request_runs_through_both_companies(cast):
    instance = purchase(cast)

    yes(cast.nora, instance)
    yes(cast.nora, instance)
    yes(cast.sol, instance)

    assert instance.fresh().state == "APPROVED"
    assert set(instance.runs.values_list("state", flat=True)) == {"APPROVED"}


def test_the_initiators_manager_is_asked_first(cast, running):
    waiting = Assignment.objects.filter(instance=running)

    assert [one.principal for one in waiting] == [cast.nora.user]


def test_numbers_follow_each_other_without_a_gap_even_when_one_fails(cast):
    first = purchase(cast)
    with pytest.raises(InvalidInput):
        purchase(cast, form={})
    second = purchase(cast)

    assert int(second.number[-5:]) == int(first.number[-5:]) + 1


def test_nobody_approves_their_own_request_while_another_can(cast):
    set_position(actor=cast.nora, organization=cast.northwind, key="finance", people=[cast.nils.user_id])
    instance = purchase(cast)

    yes(cast.nora, instance)

    finance = Assignment.objects.filter(instance=instance, run__node="finance")
    assert [one.principal for one in finance] == [cast.nora.user], "their manager stands in"


def test_a_sole_owner_is_asked_as_nobody_else_is_there(cast):
    instance = start(
        actor=cast.eve,
        definition=definition_of(cast.eastgate, "expense"),
        title="Taxi",
        form={"amount": MONEY, "category": "travel", "spent_on": "2026-11-01", "purpose": "Visit"},
    )

    assert pending(instance, cast.eve)


def test_auditors_and_those_who_left_are_never_asked(cast):
    people = [cast.ada.user_id, cast.sol.user_id]
    set_position(actor=cast.nora, organization=cast.northwind, key="quality", people=[cast.nils.user_id])
    Membership.objects.filter(user=cast.nils.user).update(state="ended")

    from approvals.assignees import Directory

    directory = Directory(cast.northwind.pk, cast.sia.user_id, cast.northwind.pk)
    found = directory.people([{"users": [str(one) for one in people]}, {"role": {"key": "quality"}}])

    assert found == []
    assert {one.user_id for one in directory.fallback()} == {cast.nora.user_id}, "the owner is left"


def test_every_value_that_does_not_fit_is_named(cast):
    with pytest.raises(InvalidInput) as refused:
        purchase(
            cast,
            title=" ",
            form={
                "supplier": str(cast.eastgate.pk),
                "amount": {"amount": "1e5", "currency": "CNY"},
                "quantity": True,
                "delivery": "30 Feb",
                "surprise": 1,
            },
        )

    assert pointers(refused) >= {
        "/title",
        "/form/amount",
        "/form/quantity",
        "/form/delivery",
        "/form/surprise",
        "/form/reason",
    }
    assert not Instance.objects.filter(initiator=cast.nils.user, title="").exists()


def test_a_company_without_partnership_cannot_be_named(cast):
    with pytest.raises(InvalidInput) as refused:
        purchase(cast, form={"supplier": str(cast.northwind.pk), "amount": MONEY, "reason": "x"})

    assert pointers(refused) == {"/form/supplier"}


def test_a_partnership_that_only_is_proposed_is_not_enough(cast):
    with pytest.raises(PartnershipNotActive):
        purchase(cast, form={"supplier": str(cast.eastgate.pk), "amount": MONEY, "reason": "x"})


def test_an_optional_party_that_nobody_was_bound_to_is_passed_by(cast):
    instance = start(
        actor=cast.nils,
        definition=definition_of(cast.northwind, "document.release"),
        title="Manual",
        form={"document": "Manual", "revision": "C", "summary": "New torque"},
    )

    yes(cast.nora, instance)

    assert instance.fresh().state == "APPROVED"


def test_a_draft_may_be_incomplete_and_asks_nobody(cast):
    draft = create_draft(actor=cast.nils, definition=definition_of(cast.northwind), title="Later", form={})

    assert (draft.state, draft.number) == ("DRAFT", "")
    assert not draft.runs.exists()
    with pytest.raises(InvalidInput):
        submit(actor=cast.nils, instance=draft)

    form = {"supplier": str(cast.southbay.pk), "amount": MONEY, "reason": "Now"}
    change_draft(actor=cast.nils, instance=draft, title="Soon", form=form)
    assert submit(actor=cast.nils, instance=draft).state == "RUNNING"
    assert draft.fresh().form_rev == 2


def test_a_draft_is_submitted_once_and_by_its_author(cast, running):
    with pytest.raises(NotAllowed):
        submit(actor=cast.nora, instance=running)
    with pytest.raises(RequestClosed):
        submit(actor=cast.nils, instance=running)


def test_a_partner_that_is_gone_meanwhile_suspends_the_request(cast, running):
    yes(cast.nora, running)
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="suspended")

    yes(cast.nora, running)

    assert running.fresh().state == "SUSPENDED"
    assert not Assignment.objects.filter(instance=running, principal=cast.sol.user).exists()
