"""A request that stands still says why, to each side what it may know."""

import pytest

from approvals.models import Instance, Run
from approvals.operations import heed_partnerships
from approvals.projection import View
from approvals.queries import lines_of
from approvals.stillness import WORDS, stands_still
from kernel.actor import Actor
from orgs.models import Partnership
from tests.approvals.ways import begun, step

PLATFORM = Actor.system("tests")


@pytest.fixture
def resting(cast, with_southbay):
    Partnership.objects.between(cast.northwind.pk, cast.southbay.pk).update(state="suspended")
    heed_partnerships(actor=PLATFORM, instance=with_southbay)
    assert with_southbay.fresh().state == "SUSPENDED", "premise"
    return with_southbay.fresh()


def stalled(instance, reason, org=None):
    runs = Run.objects.filter(instance=instance, state="ACTIVE")
    (runs.filter(party_org=org) if org else runs).update(state="SUSPENDED", reason=reason)
    Instance.objects.filter(pk=instance.pk).update(state="SUSPENDED")
    return instance.fresh()


def test_both_sides_learn_that_their_partnership_rests(cast, page, api, resting):
    ours, theirs = (page(who).get(f"/approvals/{resting.pk}/").content.decode() for who in ("nils", "sol"))

    assert "The partnership with Southbay 南湾精密 is not active." in ours
    assert "与 Northwind 北风电子 的合作关系未生效" in theirs
    told = api("nils").get(f"approvals/instances/{resting.pk}/").json()["stands_still"]
    assert [(one["reason"], one["org"]["id"]) for one in told] == [("partnership", str(cast.southbay.pk))]
    assert "not active" in page("nils").get("/cards/", {"to": f"/approvals/{resting.pk}/"}).content.decode()
    assert "not active" in page("nils").get("/approvals/?tab=mine").content.decode()


@pytest.mark.parametrize("reason", sorted(WORDS))
def test_a_step_of_ones_own_says_its_reason(cast, page, reason):
    request = stalled(begun(cast, [step(cast, "first")]), reason)

    assert str(WORDS[reason]) in page("nils").get(f"/approvals/{request.pk}/").content.decode()


def test_of_the_other_side_nothing_is_said_but_that_it_is_there(cast, api, with_southbay):
    request = stalled(with_southbay, "quorum_lost")
    Run.objects.filter(instance=request, type="party").update(reason="")

    (ours,) = api("nils").get(f"approvals/instances/{request.pk}/").json()["stands_still"]
    assert (ours["reason"], ours["org"]) == ("elsewhere", None)
    assert "quorum_lost" in [one.code for one in stands_still(View(request, cast.sol))]


def test_what_goes_on_says_nothing(cast, api, with_southbay):
    assert api("nils").get(f"approvals/instances/{with_southbay.pk}/").json()["stands_still"] == []


def test_a_list_asks_once_for_all_that_stand_still(cast, resting, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        (line,) = lines_of(cast.nils, [Instance.objects.told().get(pk=resting.pk)])
    assert line.still
