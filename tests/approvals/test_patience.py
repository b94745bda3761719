"""A decision that is let wait: its person is reminded, then those who steer their side are told; nobody else hears of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from approvals.models import Assignment, Run
from audit.models import Entry
from audit.tasks import seal
from kernel.actor import Actor
from notifications.models import Chase, Delivery, Notice
from notifications.operations import chase
from orgs.models import Membership
from orgs.operations import change_org
from tests.approvals.conftest import pending, yes

PLATFORM = Actor.system("tests")
PASSED = "approvals.step_passed_on"


@pytest.fixture
def asked(cast: Any, with_southbay: Any) -> Any:
    """Sia steers Southbay too, but Sol is asked."""
    Membership.objects.filter(organization=cast.southbay, user=cast.sia.user).update(role="admin")
    seal()
    Chase.objects.exclude(notice__url__contains=str(with_southbay.pk)).delete()
    assert Chase.objects.filter(notice__recipient=cast.sol.user).exists(), "premise: Sol is followed up"
    return with_southbay


def days_later(instance: Any, days: float = 4) -> None:
    past = timezone.now() - timedelta(days=days)
    Assignment.objects.filter(instance=instance).update(created_at=past)
    for _ in range(2):
        Chase.objects.update(due_at=past)
        chase(actor=PLATFORM)
    seal()


def told(instance: Any) -> set[str]:
    rows = Notice.objects.filter(event_name=PASSED, url__contains=str(instance.pk))
    return set(rows.values_list("recipient__email", flat=True))


def test_who_steers_their_side_is_told_and_the_partner_is_not(cast, asked, api):
    days_later(asked)

    assert told(asked) == {cast.sia.user.email}
    assert Delivery.objects.filter(template="notifications/mail/reminder", to=cast.sol.user.email).exists()
    entries = Entry.objects.filter(name=PASSED)
    assert {one.chain.noun_id for one in entries.select_related("chain")} == {cast.southbay.pk}
    record = api("nora").get(f"orgs/{cast.northwind.pk}/audit/?limit=200").json()["results"]
    assert not [one for one in record if one["action"] == PASSED]


def test_what_is_decided_in_time_is_told_to_nobody(cast, asked):
    yes(cast.sol, asked)

    days_later(asked)

    assert told(asked) == set()


def test_an_organization_may_be_more_patient_or_want_no_word_at_all(cast, asked):
    change_org(actor=cast.sol, organization=cast.southbay, patience_hours=0)

    days_later(asked, 60)

    assert told(asked) == set()
    assert not Chase.objects.filter(notice__url__contains=str(asked.pk)).exists()


def test_a_step_with_an_hour_of_its_own_waits_for_that(cast, asked):
    run = pending(asked, cast.sol).run
    Run.objects.filter(pk=run.pk).update(due_at=timezone.now() + timedelta(days=1))

    days_later(asked, 60)
    assert told(asked) == set()

    Run.objects.filter(pk=run.pk).update(due_at=timezone.now() - timedelta(hours=1))
    days_later(asked, 60)
    assert told(asked) == {cast.sia.user.email}


def test_who_no_longer_works_there_is_not_reminded(cast, asked):
    Membership.objects.filter(organization=cast.southbay, user=cast.sol.user).update(state="ended")

    days_later(asked)

    assert not Delivery.objects.filter(
        template="notifications/mail/reminder", to=cast.sol.user.email
    ).exists()


def test_the_other_acts_end_with_what_they_ask_for(cast):
    """Eve is asked to be partners: she is reminded, Northwind's people, who ask, are not."""
    seal()
    proposed = Notice.objects.filter(event_name="orgs.partnership_proposed", url__contains="partnerships")
    assert proposed.filter(recipient=cast.eve.user).exists(), "premise"
    Chase.objects.exclude(notice__in=proposed).delete()
    Delivery.objects.all().delete()

    Chase.objects.update(due_at=timezone.now())
    chase(actor=PLATFORM)

    assert set(Delivery.objects.values_list("to", flat=True)) == {cast.eve.user.email}
