"""Who wants not to be disturbed is told of nothing that is not urgent, until it is over."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from kernel.actor import Actor
from notifications.models import FOREVER, Delivery, Push, Rest, Telling
from notifications.operations import choose_rest, end_silence, fall_silent, make_notices
from notifications.rest import Hours
from notifications.tasks import reconsider
from tests.notifications.conftest import PLATFORM


@pytest.fixture
def bo(people):
    return Actor.person(people.bo)


def carriers():
    return [*Delivery.objects.filter(notice__isnull=False), *Push.objects.all()]


def test_letters_and_pushes_wait_until_it_is_over(people, owe, record, device, bo):
    until = timezone.now() + timedelta(hours=1)
    fall_silent(actor=bo, until=until)
    owe(people.bo)

    make_notices(actor=PLATFORM, record=record)

    assert [one.due_at for one in carriers()] == [until, until]
    held = Telling.objects.filter(outcome="held")
    assert {(one.way, one.until) for one in held} == {("mail", until), ("push", until)}


def test_what_is_urgent_comes_all_the_same(people, owe, record, device, bo):
    fall_silent(actor=bo, until=None)
    owe(people.bo, binding=True)

    make_notices(actor=PLATFORM, record=record)

    assert carriers()
    assert all(one.due_at <= timezone.now() for one in carriers())


def test_what_waited_leaves_as_soon_as_it_is_ended(people, owe, record, device, bo):
    fall_silent(actor=bo, until=None)
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)
    assert {one.due_at for one in carriers()} == {FOREVER}, "premise: it waits for a word"

    end_silence(actor=bo)
    reconsider(str(people.bo.pk))

    assert all(one.due_at <= timezone.now() for one in carriers())
    assert not Telling.objects.filter(outcome="held").exists()


def test_quiet_hours_hold_what_silence_lets_go(people, owe, record, device, bo):
    fall_silent(actor=bo, until=None)
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)
    all_day = Hours(time(0), time(23, 59))
    choose_rest(actor=bo, quiet=all_day, daily=False)

    end_silence(actor=bo)
    reconsider(str(people.bo.pk))

    assert all(timezone.now() < one.due_at < FOREVER for one in carriers())
    assert Telling.objects.filter(outcome="held").count() == 2


def test_silence_that_ends_in_quiet_hours_ends_with_them():
    rest = Rest(
        quiet_from=time(22), quiet_until=time(7), silent_until=datetime(2026, 11, 27, 22, 30, tzinfo=UTC)
    )

    assert rest.open_at(datetime(2026, 11, 27, 20, tzinfo=UTC), "UTC") == datetime(
        2026, 11, 28, 7, tzinfo=UTC
    )
