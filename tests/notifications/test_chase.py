"""What asks for an act is followed up until it is done: a reminder first, then somebody else is told, each once."""

from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread, current_thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from kernel.acting import acting, database
from kernel.actor import Actor
from kernel.notices import Act, Due
from notifications.models import Chase, Delivery, Notice, Telling
from notifications.operations import chase, chasing, choose, choose_rest, make_notices, mark_read
from notifications.operations.deliveries import REMINDER
from notifications.tasks import deliver
from tests.notifications.conftest import PLATFORM
from tests.notifications.test_rest import always


class Work:
    """What is to do, as an app knows it: whose is done, and who is told of what is not."""

    def __init__(self) -> None:
        self.done: set[Any] = set()
        self.told: list[Any] = []
        self.passes: Any = None

    def act(self) -> Act:
        return Act(self.still_open, self.passes_at, lambda actor, dues: self.told.extend(dues))

    def still_open(self, dues: Any) -> list[Due]:
        return [due for due in dues if due.user_id not in self.done]

    def passes_at(self, dues: Any) -> dict[Due, Any]:
        return dict.fromkeys(dues, self.passes) if self.passes else {}


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def asked(people, owe, record, work) -> Notice:
    owe(people.bo, act=work.act())
    (notice,) = make_notices(actor=PLATFORM, record=record)
    Delivery.objects.all().delete()
    return notice


def later(hours: float = 25) -> int:
    """Let time pass for all that is followed up, and follow it up."""
    for one in Chase.objects.all():
        Chase.objects.filter(pk=one.pk).update(due_at=one.due_at - timedelta(hours=hours))
    return chase(actor=PLATFORM)


def test_nothing_is_said_before_a_day_is_over_and_one_letter_after_it(asked, mailoutbox):
    later(23)
    assert not Delivery.objects.exists()

    later(2)
    letter = Delivery.objects.get()
    assert letter.template == REMINDER
    deliver(str(letter.pk))

    (sent,) = mailoutbox
    assert "/approvals/7/" in sent.body
    assert Telling.objects.get(way="reminder").outcome == "sent"
    later(500)
    assert Delivery.objects.count() == 1, "never twice"


def test_what_is_done_is_followed_up_no_more(asked, people, work):
    work.done.add(people.bo.pk)

    later()

    assert not Delivery.objects.exists()
    assert not Chase.objects.exists()


def test_having_read_it_is_not_having_done_it(asked, people, mailoutbox):
    mark_read(actor=Actor.person(people.bo), notice=asked)
    later()
    deliver(str(Delivery.objects.get().pk))

    assert len(mailoutbox) == 1


@pytest.mark.parametrize("why", ["done", "left"])
def test_a_reminder_on_its_way_stops_when_there_is_no_more_reason(why, asked, people, work, mailoutbox):
    later()
    if why == "done":
        work.done.add(people.bo.pk)
    else:
        User.objects.filter(pk=people.bo.pk).update(is_active=False)

    deliver(str(Delivery.objects.get().pk))

    assert not mailoutbox
    assert Telling.objects.get(way="reminder").why == why


def test_who_lost_the_right_meanwhile_is_not_reminded(people, owe, record, work, mailoutbox):
    rights = [True]
    owe(people.bo, act=work.act(), still_may=lambda user, dues: dues if rights else ())
    make_notices(actor=PLATFORM, record=record)
    Delivery.objects.all().delete()
    later()
    rights.clear()

    deliver(str(Delivery.objects.get().pk))

    assert not mailoutbox
    assert Telling.objects.get(way="reminder").why == "no_right"


def test_all_that_waits_for_one_person_is_one_letter_that_no_daily_letter_holds_up(people, owe, record, work):
    choose_rest(actor=Actor.person(people.bo), quiet=None, daily=True)
    owe(people.bo, act=work.act(), mail=False)
    for number in range(3):
        (notice,) = make_notices(actor=PLATFORM, record=replace(record, id=uuid4()))
        Notice.objects.filter(pk=notice.pk).update(url=f"/approvals/{number}/")

    later()

    letter = Delivery.objects.get()
    assert len(letter.context["notices"]) == 3
    assert letter.due_at <= timezone.now()


def test_a_second_word_about_the_same_thing_takes_the_place_of_the_first(asked, record):
    (again,) = make_notices(actor=PLATFORM, record=replace(record, id=uuid4()))

    assert Chase.objects.get().notice == again


def test_quiet_hours_hold_a_reminder(asked, people):
    with timezone.override("Asia/Shanghai"):
        choose_rest(actor=Actor.person(people.bo), quiet=always(timezone.now()), daily=False)

    later()

    assert Delivery.objects.get().due_at > timezone.now() + timedelta(minutes=100)
    assert Telling.objects.get(way="reminder").outcome == "held"


def test_who_wants_no_mail_of_a_kind_or_no_reminders_gets_none_and_is_passed_over_all_the_same(
    people, owe, record, work
):
    work.passes = timezone.now() - timedelta(hours=1)
    owe(people.bo, people.ann, act=work.act(), mail=False)
    choose(actor=Actor.person(people.bo), choices={"approval": {"mail": False}})
    choose_rest(actor=Actor.person(people.ann), quiet=None, daily=False, remind_hours=0)
    make_notices(actor=PLATFORM, record=replace(record, actor_id=None))

    later()
    later()

    assert not Delivery.objects.exists()
    assert {due.user_id for due in work.told} == {people.bo.pk, people.ann.pk}


def test_somebody_else_is_told_once_and_only_after_the_reminder(asked, work):
    work.passes = timezone.now() - timedelta(hours=1)
    later()
    assert Delivery.objects.count() == 1
    assert work.told == [], "an hour is left to the one who was just reminded"

    later(1.1)
    later(100)

    assert len(work.told) == 1
    assert not Chase.objects.exists()


def test_reminding_many_costs_as_much_as_reminding_few(people, owe, record, work, django_assert_num_queries):
    many = [User(email=f"{number}@many.example", name=f"P{number}") for number in range(40)]
    User.objects.bulk_create(many)
    owe(*many[:2], act=work.act())
    make_notices(actor=PLATFORM, record=record)
    with CaptureQueriesContext(connections[database()]) as few:
        later()
    owe(*many[2:], kind="contact", act=work.act())
    make_notices(actor=PLATFORM, record=replace(record, id=uuid4()))
    Chase.objects.update(due_at=timezone.now())

    moved = 3  # ``later`` itself asks for two rows and moves them one by one
    with django_assert_num_queries(len(few) - moved):
        chase(actor=PLATFORM)


def test_two_who_follow_up_at_once_share_the_work_and_tell_nobody_twice(
    transactional_db, people, owe, record, work, monkeypatch
):
    """The first holds its share until the second is through, which neither waits for it nor takes of it."""
    monkeypatch.setattr(chasing, "AT_ONCE", 2)
    many = [User(email=f"{number}@many.example", name=f"P{number}") for number in range(4)]
    User.objects.bulk_create(many)
    holds, goes, worked = Event(), Event(), []

    def still_open(dues):
        if current_thread() is first:
            holds.set()
            assert goes.wait(20), "the second waited for what the first holds"
        return list(dues)

    def follow_up():
        with acting(PLATFORM):
            worked.append(chase(actor=PLATFORM))
        connections.close_all()

    owe(*many, act=replace(work.act(), still_open=still_open))
    make_notices(actor=PLATFORM, record=record)
    Delivery.objects.all().delete()
    Chase.objects.update(due_at=timezone.now())

    first = Thread(target=follow_up)
    first.start()
    assert holds.wait(20)
    second = chase(actor=PLATFORM)
    goes.set()
    first.join(20)

    assert (worked, second) == ([2], 2)
    assert sorted(Delivery.objects.values_list("to", flat=True)) == [one.email for one in many]
    assert not Chase.objects.exists()
