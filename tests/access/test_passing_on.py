"""An ask for access that nobody answers reaches those who could answer by now; the partner learns nothing of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from access.levels import Level
from access.models import Request
from access.operations import answer_request, ask_for_access
from audit.models import Entry
from audit.tasks import seal
from kernel.actor import Actor
from notifications.models import Chase, Notice
from notifications.operations import chase
from orgs.operations import change_org
from workspaces.models import Member
from workspaces.operations import change_member

PLATFORM = Actor.system("tests")
PASSED = "access.request_passed_on"


@pytest.fixture
def asked(cast):
    """Sia wants to write in apollo; whoever manages it is asked, and Nils is not among them."""
    made = ask_for_access(actor=cast.sia, thing=cast.apollo, level=Level.EDIT)
    assert cast.nils.user_id not in made.asks, "premise"
    seal()
    Chase.objects.exclude(notice__url__contains=str(made.pk)).delete()
    assert Chase.objects.filter(notice__recipient=cast.nora.user).exists(), "premise: Nora is followed up"
    return made


@pytest.fixture
def newly_in_charge(cast):
    seat = Member.objects.get(workspace=cast.apollo, user=cast.nils.user)

    def promote():
        change_member(actor=cast.nora, seat=seat, role="manager")
        Chase.objects.exclude(notice__event_name="access.access_asked").delete()

    return promote


def days_later(asked, days=4):
    past = timezone.now() - timedelta(days=days)
    Request.objects.filter(pk=asked.pk).update(created_at=past)
    for _ in range(2):
        Chase.objects.update(due_at=past)
        chase(actor=PLATFORM)
    seal()


def told():
    return set(Notice.objects.filter(event_name=PASSED).values_list("recipient__email", flat=True))


def test_who_can_answer_by_now_is_asked_too_and_once(cast, api, asked, newly_in_charge):
    newly_in_charge()

    days_later(asked)

    assert told() == {cast.nils.user.email}
    assert cast.nils.user_id in asked.fresh().asks
    assert Entry.objects.filter(name=PASSED).count() == 1, "however many were asked in the first place"
    chains = {one.chain.noun_id for one in Entry.objects.filter(name=PASSED).select_related("chain")}
    assert chains == {cast.northwind.pk}, "neither the room's record nor the partner's"
    answer_request(actor=cast.nils, asked=asked, grants=False)


def test_where_nobody_else_can_answer_nobody_is_told(cast, asked):
    days_later(asked)

    assert told() == set()
    assert asked.fresh().asks == asked.asks


@pytest.mark.parametrize("how", ["answered", "no word wanted", "not yet"])
def test_what_needs_nobody_else_is_not_passed_on(how, cast, asked, newly_in_charge):
    newly_in_charge()
    if how == "answered":
        answer_request(actor=cast.nora, asked=asked, grants=False)
    if how == "no word wanted":
        change_org(actor=cast.nora, organization=cast.northwind, patience_hours=0)

    days_later(asked, 2 if how == "not yet" else 4)

    assert told() == set()
