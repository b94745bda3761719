"""A task that is let wait: its person is reminded, then those who steer their side are told; nobody else hears of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Entry
from audit.tasks import seal
from incidents.models import Task
from incidents.operations import add_task, give_task, move_incident, settle_task
from kernel.actor import Actor
from notifications.models import Chase, Delivery, Notice
from notifications.operations import chase
from orgs.operations import change_org

PLATFORM = Actor.system("tests")
PASSED = "incidents.task_passed_on"
REMINDER = "notifications/mail/reminder"


@pytest.fixture
def given(cast, leak):
    """Nils is to do something of Northwind's own, without a date."""
    task = add_task(actor=cast.nora, incident=leak, title="Call the wrong Li", assignee=cast.nils.user)
    return followed(task, cast.nils)


@pytest.fixture
def shared(cast, leak, share, task):
    """Sia is to do something for Northwind's incident."""
    task = give_task(actor=cast.nora, task=task, side=cast.southbay)
    give_task(actor=cast.sol, task=task, assignee=cast.sia.user)
    return followed(task, cast.sia)


def followed(task, who):
    seal()
    theirs = Chase.objects.filter(notice__event_name="incidents.task_given", notice__recipient=who.user)
    Chase.objects.exclude(pk__in=theirs).delete()
    assert theirs.count() == 1, "premise: they are followed up"
    Delivery.objects.all().delete()
    return task


def days_later(task, days=4):
    past = timezone.now() - timedelta(days=days)
    Task.objects.filter(pk=task.pk).update(created_at=past)
    for _ in range(2):
        Chase.objects.update(due_at=past)
        chase(actor=PLATFORM)
    seal()


def told():
    return set(Notice.objects.filter(event_name=PASSED).values_list("recipient__email", flat=True))


def reminded():
    return set(Delivery.objects.filter(template=REMINDER).values_list("to", flat=True))


def test_its_person_is_reminded_and_who_steers_their_house_is_told(cast, given):
    days_later(given)

    assert reminded() == {cast.nils.user.email}
    assert told() == {cast.nora.user.email}


def test_a_partners_delay_stays_with_the_partner(cast, api, shared):
    Task.objects.filter(pk=shared.pk).update(due_at=timezone.now() - timedelta(hours=1))

    days_later(shared)

    assert told() == {cast.sol.user.email}
    entries = Entry.objects.filter(name=PASSED).select_related("chain")
    assert {one.chain.noun_id for one in entries} == {cast.southbay.pk}
    record = api("nora").get(f"orgs/{cast.northwind.pk}/audit/?limit=200").json()["results"]
    assert not [one for one in record if one["action"] == PASSED]


def test_a_date_that_is_still_to_come_is_waited_for(cast, shared):
    Task.objects.filter(pk=shared.pk).update(due_at=timezone.now() + timedelta(days=1))

    days_later(shared)

    assert reminded() == {cast.sia.user.email}
    assert told() == set()


def test_of_a_date_of_their_own_incident_they_are_told_by_the_clock_alone(cast, given):
    Task.objects.filter(pk=given.pk).update(due_at=timezone.now() - timedelta(hours=1))

    days_later(given)

    assert told() == set()


@pytest.mark.parametrize("how", ["done", "closed", "no word wanted"])
def test_what_waits_no_more_is_told_to_nobody(how, cast, given, leak):
    if how == "done":
        settle_task(actor=cast.nils, task=given, is_done=True)
    elif how == "closed":
        for state in ("contained", "resolved", "closed"):
            move_incident(actor=cast.nora, incident=leak, state=state)
    else:
        change_org(actor=cast.nora, organization=cast.northwind, patience_hours=0)
    Delivery.objects.all().delete()

    days_later(given)

    assert told() == set()
    assert reminded() == ({cast.nils.user.email} if how == "no word wanted" else set())
    assert not Chase.objects.exists()
