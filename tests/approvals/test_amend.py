"""Changing and revoking what was approved: by a request of its own, which must be approved itself."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from approvals.errors import AmendmentUnderWay, PartnershipNotActive, RequestClosed, TooLate
from approvals.events import PartyAsked
from approvals.models import Instance
from approvals.operations import amend, conclude, withdraw
from approvals.paper import content_of
from approvals.projection import View
from audit.tasks import seal
from kernel.actor import Actor
from kernel.errors import NotAllowed
from notifications.letters import message_of
from notifications.models import Delivery, Notice
from orgs.models import Partnership
from tests.approvals.conftest import yes
from tests.approvals.ways import ended

PLATFORM = Actor.system("tests")


@pytest.fixture
def approved(cast, with_southbay):
    yes(cast.sol, with_southbay)
    return with_southbay.fresh()


def agree(cast, instance):
    for who in (cast.nora, cast.nora, cast.sol):
        yes(who, instance)
    conclude(actor=PLATFORM, amendment=instance.fresh())


def test_revoke_voids_once_it_is_approved_itself(cast, approved):
    new = amend(actor=cast.nils, instance=approved, purpose="revoke")
    assert (new.amends_id, new.purpose, new.state) == (approved.pk, "revoke", "RUNNING")
    assert list(new.parties.values_list("organization", flat=True)) == [cast.southbay.pk]
    assert approved.fresh().state == "APPROVED"

    agree(cast, new)

    ended(approved, "VOIDED")
    assert not conclude(actor=PLATFORM, amendment=new.fresh()), "once"


def test_amend_supersedes_and_voids_nothing(cast, approved):
    new = amend(actor=cast.nils, instance=approved, purpose="amend", changed={"quantity": 3})
    assert new.form["quantity"] == 3

    agree(cast, new)

    ended(approved, "APPROVED")
    assert approved.events.get(type="superseded_by").payload["instance"] == str(new.pk)


def test_one_at_a_time_within_its_days_and_by_who_asked(cast, approved):
    with pytest.raises(NotAllowed):
        amend(actor=cast.nora, instance=approved, purpose="revoke")
    amend(actor=cast.nils, instance=approved, purpose="revoke")
    with pytest.raises(AmendmentUnderWay):
        amend(actor=cast.nils, instance=approved, purpose="amend")
    Instance.objects.filter(amends=approved).update(state="REJECTED")
    Instance.objects.filter(pk=approved.pk).update(settled_at=approved.settled_at - timedelta(days=32))
    with pytest.raises(TooLate):
        amend(actor=cast.nils, instance=approved, purpose="revoke")


def test_what_runs_is_not_amended(cast, running):
    with pytest.raises(RequestClosed):
        amend(actor=cast.nils, instance=running, purpose="revoke")


@pytest.mark.parametrize(("purpose", "says"), [("revoke", "A revocation:"), ("amend", "A change:")])
def test_whoever_decides_reads_what_it_would_do_to_what_and_why(cast, page, approved, purpose, says):
    changed = {"quantity": 3} if purpose == "amend" else {}
    new = amend(
        actor=cast.nils, instance=approved, purpose=purpose, comment="Ordered elsewhere", changed=changed
    )
    nora = page("nora")

    shown = nora.get(f"/approvals/{new.pk}/?tab=waiting").content.decode()
    assert (says in shown, "Ordered elsewhere" in shown) == (True, True)
    assert f'href="/approvals/{approved.pk}/">{approved.number}</a>' in shown
    assert shown.count(f'<span class="tag">{new.get_purpose_display()}</span>') == 2, (
        "at its head and in its line"
    )
    assert new.number in nora.get(f"/approvals/{approved.pk}/").content.decode()
    assert approved.number in str(content_of(View(new, cast.nora)))


def test_a_link_to_it_says_so_too(cast, page, approved):
    new = amend(actor=cast.nils, instance=approved, purpose="revoke")

    said = [
        page("nora").get("/cards/", {"to": f"/approvals/{one.pk}/"}).content.decode()
        for one in (new, approved)
    ]

    assert ["Revocation" in one for one in said] == [True, False]


def test_a_partner_reads_what_it_would_do_and_not_why(cast, page, approved):
    new = amend(actor=cast.nils, instance=approved, purpose="revoke", comment="Ordered elsewhere")
    sol = page("sol")
    assert new.number not in sol.get(f"/approvals/{approved.pk}/").content.decode(), "its turn has not come"
    yes(cast.nora, new)
    yes(cast.nora, new)

    shown = sol.get(f"/approvals/{new.pk}/").content.decode()

    assert f'href="/approvals/{approved.pk}/">{approved.number}</a>' in shown
    assert "Ordered elsewhere" not in shown


def test_what_was_changed_says_that_it_no_longer_counts(cast, page, approved):
    new = amend(actor=cast.nils, instance=approved, purpose="amend", changed={"quantity": 3})
    taken = "a change has taken its place"
    assert taken not in page("nils").get(f"/approvals/{approved.pk}/").content.decode()

    agree(cast, new)

    for who, said in (("nils", taken), ("sol", "已由变更取代")):
        assert said in page(who).get(f"/approvals/{approved.pk}/").content.decode()


@pytest.mark.parametrize(
    ("purpose", "english", "chinese"), [("revoke", "revocation", "撤销"), ("amend", "change", "变更")]
)
def test_letters_and_the_inbox_say_what_it_is_for(cast, approved, purpose, english, chinese):
    new = amend(actor=cast.nils, instance=approved, purpose=purpose)
    seal()

    told = Notice.objects.get(event_name="approvals.step_started", url__contains=str(new.pk))
    with override("en"):
        assert told.sentence().startswith(f"{new.title} ({english}), asked by")
        assert f"<strong>{new.title}</strong> ({english})" in told.marked_sentence()
    with override("zh-hans"):
        assert f"{new.title}（{chinese}）" in told.sentence()
    subject = message_of(Delivery.objects.get(notice=told)).subject
    assert f"({english})" in subject or f"（{chinese}）" in subject

    before = Notice.objects.filter(
        event_name="approvals.step_started", url__contains=str(approved.pk)
    ).first()
    assert "(" not in before.sentence(), "what was asked first is neither"


def test_the_record_of_the_room_does_not_say_what_it_is_for(cast, with_southbay):
    yes(cast.sol, with_southbay)
    new = amend(actor=cast.nils, instance=with_southbay.fresh(), purpose="revoke")
    asked = PartyAsked.of(new, cast.nils, org="Southbay", workspace_id=None)
    assert "purpose" not in asked.payload()


def offered(actor, instance):
    return {one["action"] for one in View(instance.fresh(), actor).can} & {"amend", "revoke"}


def test_it_is_offered_as_long_as_it_would_be_taken(cast, approved):
    assert offered(cast.nils, approved) == {"amend", "revoke"}
    new = amend(actor=cast.nils, instance=approved, purpose="revoke")
    assert not offered(cast.nils, approved), "one is on its way"
    withdraw(actor=cast.nils, instance=new)
    assert offered(cast.nils, approved)

    Instance.objects.filter(pk=approved.pk).update(settled_at=approved.settled_at - timedelta(days=40))
    assert not offered(cast.nils, approved), "it is too late"


def test_a_revocation_is_final_and_the_page_of_what_it_ended_says_so(cast, approved, page):
    new = amend(actor=cast.nils, instance=approved, purpose="revoke")
    agree(cast, new)

    assert not offered(cast.nils, new)
    with pytest.raises(RequestClosed):
        amend(actor=cast.nils, instance=new.fresh(), purpose="revoke")
    assert "it was revoked by:" in page("nils").get(f"/approvals/{approved.pk}/").content.decode()
    assert "已被撤销" in page("sol").get(f"/approvals/{approved.pk}/").content.decode()


def test_of_what_was_approved_with_a_partner_who_has_gone_nothing_can_be_asked(cast, approved):
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="ended")

    assert not offered(cast.nils, approved)
    with pytest.raises(PartnershipNotActive):
        amend(actor=cast.nils, instance=approved, purpose="revoke")
