"""Taking back what others agreed to, and another organization in a partner's place."""

from typing import Any

import pytest

from approvals.errors import NeedsConsent, NothingProposed, StepClosed
from approvals.models import Assignment, Instance, Run
from approvals.operations import (
    answer_withdrawal,
    comment,
    propose_withdrawal,
    replace_party,
    start,
    withdraw,
)
from kernel.errors import InvalidInput, NotAllowed
from orgs.models import Partnership
from tests.approvals.conftest import yes
from tests.approvals.ways import ended, published, step

PARTIES = [{"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty"}]


@pytest.fixture
def agreed(cast: Any) -> Instance:
    """Southbay has said yes; Northwind still looks at it."""
    flow = [{"id": "sup", "type": "party", "party": "supplier"}, step(cast, "after", "nora")]
    instance = start(
        actor=cast.nils,
        definition=published(cast, flow, parties=PARTIES),
        title="Back",
        form={},
        parties={"supplier": cast.southbay.pk},
    )
    yes(cast.sol, instance)
    return instance


def test_withdraw_needs_the_consent_of_who_agreed(cast, agreed):
    with pytest.raises(NeedsConsent):
        withdraw(actor=cast.nils, instance=agreed)
    with pytest.raises(NothingProposed):
        answer_withdrawal(actor=cast.sol, instance=agreed, agrees=True)
    with pytest.raises(NotAllowed):
        propose_withdrawal(actor=cast.nora, instance=agreed)

    propose_withdrawal(actor=cast.nils, instance=agreed)
    ended(agreed, "RUNNING")
    answer_withdrawal(actor=cast.sol, instance=agreed, agrees=True)

    ended(agreed, "WITHDRAWN")


def test_without_consent_it_goes_on(cast, agreed):
    propose_withdrawal(actor=cast.nils, instance=agreed)

    answer_withdrawal(actor=cast.sol, instance=agreed, agrees=False)

    ended(agreed, "RUNNING")
    with pytest.raises(NothingProposed):
        answer_withdrawal(actor=cast.sol, instance=agreed, agrees=True)
    yes(cast.nora, agreed)
    ended(agreed, "APPROVED")


def test_pages_say_that_it_is_wanted_back_why_and_who_refused(cast, agreed, page):
    propose_withdrawal(actor=cast.nils, instance=agreed, comment="The wrong mould")
    address = f"/approvals/{agreed.pk}/"

    ours, theirs = (page(who).get(address).content.decode() for who in ("nils", "sol"))
    assert "It waits for the consent of Southbay" in ours
    assert "The wrong mould" in ours
    assert "希望撤回这份申请" in theirs
    assert "The wrong mould" in theirs

    answer_withdrawal(actor=cast.sol, instance=agreed, agrees=False, comment="inner reason")
    ours, theirs = (page(who).get(address).content.decode() for who in ("nils", "sol"))
    assert "does not consent to the withdrawal" in ours
    assert "inner reason" not in ours
    assert "希望撤回这份申请" not in theirs


def test_who_consented_there_stays_there(cast, agreed, api):
    propose_withdrawal(actor=cast.nils, instance=agreed, comment="secret reason")
    answer_withdrawal(actor=cast.sol, instance=agreed, agrees=False, comment="inner reason")

    ours = api("nils").get(f"approvals/instances/{agreed.pk}/events/").content.decode()
    assert str(cast.sol.user_id) not in ours
    assert "inner reason" not in ours


def test_what_nobody_agreed_to_is_withdrawn_at_once(cast, with_southbay):
    propose_withdrawal(actor=cast.nils, instance=with_southbay)

    ended(with_southbay, "WITHDRAWN")


# ── Replacement ──────────────────────────────────────────────────────────────
@pytest.fixture
def with_eastgate(cast: Any, partner: Any) -> Any:
    Partnership.objects.between(cast.northwind.pk, cast.eastgate.pk).delete()
    partner(cast.nora, cast.eve)
    return cast.eastgate


@pytest.fixture
def gone(cast: Any, with_southbay: Instance) -> Instance:
    """Southbay's partnership rests while it is asked."""
    comment(actor=cast.nora, instance=with_southbay, body="For Southbay only", audience="shared")
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="suspended")
    return with_southbay


def change(cast: Any, instance: Instance, **said: Any) -> Instance:
    said = {"party": "supplier", "organization": cast.eastgate.pk, "reason": "Gone"} | said
    return replace_party(actor=said.pop("actor", cast.nora), instance=instance, **said)


def test_replacement_begins_a_new_round_with_the_new_organization(cast, with_eastgate, gone):
    change(cast, gone)

    now = gone.fresh()
    assert now.round == 2
    assert now.form["supplier"] == str(cast.eastgate.pk)
    assert Assignment.objects.get(instance=gone, state="PENDING").principal == cast.eve.user
    ended(gone, "RUNNING")
    yes(cast.eve, gone)
    ended(gone, "APPROVED")


def test_nothing_addressed_to_the_old_organization_is_shown_to_the_new(cast, with_eastgate, gone, api):
    change(cast, gone)

    for part in ("", "events/"):
        said = api("eve").get(f"approvals/instances/{gone.pk}/{part}")
        assert said.status_code == 200
        assert "Southbay" not in said.content.decode()
        assert str(cast.southbay.pk) not in said.content.decode()


def test_the_old_organization_sees_nothing_of_the_new(cast, with_eastgate, gone, api):
    change(cast, gone)

    said = api("sol").get(f"approvals/instances/{gone.pk}/").content.decode()
    assert "Eastgate" not in said
    assert "1286400" not in said, "nor of the form"


def test_a_partner_that_can_answer_is_not_replaced(cast, with_eastgate, with_southbay):
    with pytest.raises(StepClosed):
        change(cast, with_southbay)


def test_replacement_is_the_hosts_and_with_a_partner(cast, with_eastgate, gone):
    with pytest.raises(NotAllowed):
        change(cast, gone, actor=cast.nils)
    with pytest.raises(InvalidInput):
        change(cast, gone, organization=cast.northwind.pk)
    with pytest.raises(InvalidInput):
        change(cast, gone, party="nobody")
    with pytest.raises(InvalidInput):
        change(cast, gone, reason=" ")
    assert Run.objects.filter(instance=gone, type="party").count() == 1


def test_who_was_replaced_has_nothing_more_to_say(cast, with_eastgate, gone, api):
    change(cast, gone)
    partnership = Partnership.objects.between(cast.northwind.pk, cast.southbay.pk)
    partnership.update(state="active")  # the two work together again, on other things

    for said in (
        {"action": "comment", "comment": "Why?", "audience": "shared"},
        {"action": "comment", "comment": "Among us"},
        {"action": "remind"},
        {"action": "cc", "users": [str(cast.sol.user_id)]},
    ):
        answer = api("sol").post(f"approvals/instances/{gone.pk}/actions/", said)
        assert (answer.status_code, answer.json()["code"]) == (409, "request_closed")
    assert api("sol").get(f"approvals/instances/{gone.pk}/").json()["can"] == []
