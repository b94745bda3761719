"""Taking back what others agreed to."""

from typing import Any

import pytest
from django.utils.translation import override

from approvals.errors import NeedsConsent, NothingProposed
from approvals.models import Instance
from approvals.operations import answer_withdrawal, propose_withdrawal, start, withdraw
from audit.tasks import seal
from kernel.errors import NotAllowed
from notifications.models import Delivery, Notice
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


def test_who_asked_is_told_that_it_is_refused_and_not_by_whom_or_why(cast, agreed):
    propose_withdrawal(actor=cast.nils, instance=agreed)
    answer_withdrawal(actor=cast.sol, instance=agreed, agrees=False, comment="inner reason")
    seal()

    told = Notice.objects.filter(event_name="approvals.withdrawal_refused")
    assert [one.recipient_id for one in told] == [cast.nils.user_id]
    with override("en"):
        words = told[0].sentence()
    assert words == "Southbay 南湾精密 does not consent to the withdrawal of Back, which goes on"
    said = f"{told[0].payload} {told[0].actor_name}"
    assert "inner reason" not in said
    assert cast.sol.user.name not in said
    assert Delivery.objects.filter(notice=told[0]).exists(), "it goes by mail too, as the question did"


def test_a_consent_is_no_refusal(cast, agreed):
    propose_withdrawal(actor=cast.nils, instance=agreed)
    answer_withdrawal(actor=cast.sol, instance=agreed, agrees=True)
    seal()

    assert not Notice.objects.filter(event_name="approvals.withdrawal_refused").exists()


def test_why_it_is_refused_reaches_who_asked_where_it_is_shared(cast, agreed, page, api):
    propose_withdrawal(actor=cast.nils, instance=agreed)
    said = {"action": "decline_withdraw", "comment": "The mould is made", "audience": "shared"}
    assert api("sol").post(f"approvals/instances/{agreed.pk}/actions/", said).status_code == 200
    seal()

    ours = page("nils").get(f"/approvals/{agreed.pk}/").content.decode()
    assert "The mould is made" in ours
    assert cast.sol.user.name not in ours
    (told,) = Notice.objects.filter(event_name="approvals.withdrawal_refused")
    assert "mould" not in str(told.payload)
    with override("en"):
        assert told.sentence().endswith("which goes on; its page says why")


def test_whoever_consented_hears_that_it_comes_to_nothing_and_not_by_whom(cast):
    Partnership.objects.between(cast.northwind.pk, cast.eastgate.pk).update(state="active")
    parties = [*PARTIES, {"id": "carrier", "bind": "counterparty"}]
    both = [{"id": one, "type": "party", "party": one} for one in ("supplier", "carrier")]
    instance = start(
        actor=cast.nils,
        definition=published(cast, [*both, step(cast, "after", "nora")], parties=parties),
        title="Back",
        form={},
        parties={"supplier": cast.southbay.pk, "carrier": cast.eastgate.pk},
    )
    yes(cast.sol, instance)
    yes(cast.eve, instance)
    propose_withdrawal(actor=cast.nils, instance=instance)
    answer_withdrawal(actor=cast.sol, instance=instance, agrees=True)
    answer_withdrawal(actor=cast.eve, instance=instance, agrees=False)
    seal()

    (told,) = Notice.objects.filter(event_name="approvals.withdrawal_dropped")
    assert told.recipient_id == cast.sol.user_id
    assert "Eastgate" not in f"{told.payload} {told.org_name} {told.actor_name} {told.sentence()}"
