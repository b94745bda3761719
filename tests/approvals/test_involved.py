"""Who took part in a request hears how it ends, and each side by itself that it rests and goes on."""

import pytest
from django.utils.translation import override

from approvals.operations import amend, heed_partnerships
from approvals.operations.aftermath import conclude
from audit.models import Entry
from audit.tasks import seal
from kernel.actor import Actor
from notifications.models import Notice
from orgs.models import Partnership
from tests.approvals.conftest import yes

PLATFORM = Actor.system("tests")


@pytest.fixture
def told(cast):
    seal()
    Notice.objects.all().delete()

    def tell(event):
        seal()
        found = Notice.objects.filter(event_name=f"approvals.{event}")
        return sorted(one.recipient.email.partition("@")[0] for one in found.select_related("recipient"))

    return tell


def together(cast, instance, state):
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state=state)
    heed_partnerships(actor=PLATFORM, instance=instance)


def test_a_partners_people_who_decided_hear_of_the_end_unless_they_brought_it_about(
    cast, with_southbay, told
):
    yes(cast.sol, with_southbay)
    last = with_southbay.fresh()
    if last.state != "APPROVED":
        yes(cast.nora, with_southbay)
    assert with_southbay.fresh().state == "APPROVED", "premise"

    names = told("request_settled")

    ended_by_sol = last.state == "APPROVED"
    assert names == (["nils"] if ended_by_sol else ["nils", "sol"])


def test_who_agreed_to_what_is_revoked_hears_of_it(cast, with_southbay, told):
    yes(cast.sol, with_southbay)
    if with_southbay.fresh().state != "APPROVED":
        yes(cast.nora, with_southbay)
    told("request_settled")
    Notice.objects.all().delete()
    amendment = amend(actor=cast.nils, instance=with_southbay.fresh(), purpose="revoke", comment="no more")
    for actor in (cast.nora, cast.nora, cast.sol, cast.nora):
        if amendment.fresh().state == "RUNNING":
            yes(actor, amendment)
    assert amendment.fresh().state == "APPROVED", "premise"
    conclude(actor=PLATFORM, amendment=amendment.fresh())
    assert with_southbay.fresh().state == "VOIDED", "premise"

    told("request_settled")

    of_the_first = Notice.objects.filter(
        event_name="approvals.request_settled", payload__instance_id=str(with_southbay.pk)
    )
    assert cast.sol.user_id in of_the_first.values_list("recipient", flat=True)


def test_each_side_is_told_by_itself_that_a_step_rests_and_goes_on(cast, with_southbay, told):
    together(cast, with_southbay, "suspended")

    assert told("step_rested") == ["nils", "nora", "sol"]
    ours = Notice.objects.get(event_name="approvals.step_rested", recipient=cast.nils.user)
    theirs = Notice.objects.get(event_name="approvals.step_rested", recipient=cast.sol.user)
    with override("en"):
        assert "the partnership with Southbay" in ours.sentence()
        assert "the partnership with Northwind" in theirs.sentence()
    assert str(cast.nora.user_id) not in str(theirs.payload)
    assert str(cast.sol.user_id) not in str(ours.payload)
    chains = Entry.objects.filter(name="approvals.step_rested").values_list("org_ids", flat=True)
    assert sorted(len(one) for one in chains) == [1, 1]

    together(cast, with_southbay, "active")

    assert told("step_went_on") == ["nils", "nora", "sol"]


def test_a_partner_that_was_not_asked_yet_hears_nothing(cast, running, told):
    together(cast, running, "suspended")
    yes(cast.nora, running)
    yes(cast.nora, running)
    assert running.fresh().state == "SUSPENDED", "premise: its turn has come, and it rests"

    assert told("step_rested") == ["nils", "nora"]


def test_many_that_rest_with_one_partner_are_one_notice(cast, with_southbay, told):
    from tests.approvals.conftest import purchase

    other = purchase(cast)
    yes(cast.nora, other)
    yes(cast.nora, other)
    for one in (with_southbay, other):
        together(cast, one.fresh(), "suspended")
    told("step_rested")

    mine = Notice.objects.visible_to(cast.nils).uncovered().filter(event_name="approvals.step_rested")
    assert [one.count for one in mine] == [2]
