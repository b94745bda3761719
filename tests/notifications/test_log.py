"""Everybody can look up what they were told, by which way, and what came of it."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kernel.acting import acting, database
from kernel.actor import Actor
from notifications import letters
from notifications.models import Delivery, Notice, Telling
from notifications.operations import (
    choose,
    choose_rest,
    drop_delivery,
    forget_tellings,
    make_notices,
    mark_read,
)
from notifications.operations.deliveries import MAX_ATTEMPTS
from notifications.queries import told
from notifications.tasks import deliver
from tests.notifications.conftest import PLATFORM
from tests.notifications.test_rest import always


def log(person) -> dict[str, tuple[str, str]]:
    rows = Telling.objects.visible_to(Actor.person(person))
    return {one.way: (one.outcome, one.why) for one in rows}


def carry() -> None:
    Delivery.objects.filter(state="waiting").update(due_at=timezone.now())
    for letter in Delivery.objects.filter(state="waiting"):
        deliver(str(letter.pk))


def test_each_way_has_a_line_from_the_beginning_to_the_end(people, owe, record):
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)
    assert log(people.bo) == {"in_app": ("sent", ""), "mail": ("waiting", "")}

    carry()

    assert log(people.bo) == {"in_app": ("sent", ""), "mail": ("sent", "")}
    assert Telling.objects.get(way="mail").ended_at
    assert not Telling.objects.visible_to(Actor.person(people.ann)).exists()


def test_a_way_that_was_switched_off_is_told_as_such(people, owe, record):
    owe(people.bo)
    owe(people.bo, kind="message", mail=False)
    off = {"in_app": False, "mail": False}
    choose(actor=Actor.person(people.bo), choices={"approval": off, "message": {"mail": False}})

    make_notices(actor=PLATFORM, record=record)

    assert set(Telling.objects.values_list("notice__kind", "way", "outcome", "why")) == {
        ("approval", "in_app", "off", "chosen"),
        ("approval", "mail", "off", "chosen"),
        ("message", "in_app", "sent", ""),
    }
    assert not Delivery.objects.exists()


def test_quiet_hours_hold_a_letter_back_until_they_end(people, owe, record):
    owe(people.bo)
    with timezone.override("Asia/Shanghai"):
        choose_rest(actor=Actor.person(people.bo), quiet=always(timezone.now()), daily=False)
    make_notices(actor=PLATFORM, record=record)

    held = Telling.objects.get(way="mail")
    assert (held.outcome, held.why) == ("held", "quiet")
    assert held.until == Delivery.objects.get().due_at > timezone.now()

    carry()
    assert (held.fresh().outcome, held.fresh().until) == ("sent", None)


def test_the_daily_letter_says_of_each_what_it_told(people, owe, record):
    owe(people.bo)
    choose_rest(actor=Actor.person(people.bo), quiet=None, daily=True)
    read, unread = (make_notices(actor=PLATFORM, record=replace(record, id=uuid4()))[0] for _ in range(2))
    assert set(Telling.objects.filter(way="daily").values_list("outcome", flat=True)) == {"folded"}

    mark_read(actor=Actor.person(people.bo), notice=read)
    carry()

    said = dict(Telling.objects.filter(way="daily").values_list("notice", "outcome"))
    assert said == {read.pk: "dropped", unread.pk: "sent"}
    assert Telling.objects.get(notice=read, way="daily").why == "read"


def test_what_the_mail_server_refuses_is_tried_and_then_given_up(people, owe, record, monkeypatch):
    def fail(letter):
        raise ConnectionRefusedError

    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)
    monkeypatch.setattr(letters, "message_of", fail)

    carry()
    assert log(people.bo)["mail"] == ("waiting", "again")

    for _attempt in range(MAX_ATTEMPTS - 1):
        carry()
    assert log(people.bo)["mail"] == ("failed", "mail")


@pytest.mark.parametrize("why", ["no_right", "read", "operator"])
def test_a_letter_that_is_not_sent_says_why(why, people, owe, record):
    rights = [True]
    owe(people.bo, still_may=lambda user, dues: dues if rights else ())
    (notice,) = make_notices(actor=PLATFORM, record=record)
    if why == "no_right":
        rights.clear()
    elif why == "read":
        mark_read(actor=Actor.person(people.bo), notice=notice)
    else:
        drop_delivery(actor=PLATFORM, letter=Delivery.objects.get())

    carry()

    assert log(people.bo)["mail"] == ("dropped", why)


def test_it_says_nothing_of_what_one_may_no_longer_know_of(people, owe, record):
    rights = [True]
    owe(people.bo, still_may=lambda user, dues: dues if rights else ())
    make_notices(actor=PLATFORM, record=record)
    rows = list(Telling.objects.select_related("notice__recipient"))
    assert all(line.notice for line in told(rows)), "premise: Bo may know of it"

    rights.clear()

    assert {(line.kind.key, line.notice) for line in told(rows)} == {("approval", None)}


def test_asking_for_many_costs_as_much_as_asking_for_one(cast, page, api):
    """The notices of Nora's own world, which ask by every rule that there is."""
    from audit.tasks import seal

    seal()
    with acting(PLATFORM):
        mine = Telling.objects.filter(user=cast.nora.user)
        assert mine.count() > 5, "premise: there are many"
        assert mine.values("notice__kind").distinct().count() > 1
    nora, program = page("nora"), api("nora")
    for ask, path in ((nora.get, "/settings/notifications/log/"), (program.get, "me/notifications/log/")):
        ask(path)
        with CaptureQueriesContext(connections["default"]) as asked:
            answer = ask(path)
        assert answer.status_code == 200
        assert len(asked) <= 25


def test_pages_follow_each_other_and_can_be_narrowed(cast, page, api):
    from audit.tasks import seal

    seal()
    program = api("nora")
    all_of_it = program.get("me/notifications/log/?limit=200").json()["results"]
    first = program.get("me/notifications/log/?limit=2").json()
    second = program.get(f"me/notifications/log/?limit=2&cursor={first['next']}").json()
    assert [one["id"] for one in first["results"] + second["results"]] == [one["id"] for one in all_of_it[:4]]

    mails = program.get("me/notifications/log/?way=mail&limit=200").json()["results"]
    assert mails == [one for one in all_of_it if one["way"] == "mail"] != []
    assert program.get("me/notifications/log/?way=pigeon").status_code == 422
    shown = page("nora").get("/settings/notifications/log/?way=push").content.decode()
    assert "telling-" not in shown


def test_a_month_later_it_is_forgotten(people, owe, record):
    owe(people.bo)
    owe(people.ann)
    off = {"in_app": False, "mail": False}
    choose(actor=Actor.person(people.bo), choices={"approval": off})
    make_notices(actor=PLATFORM, record=replace(record, actor_id=None))
    for model in (Telling, Notice):
        model.objects.filter(**{"user" if model is Telling else "recipient": people.bo}).update(
            created_at=timezone.now() - timedelta(days=31)
        )

    assert forget_tellings(actor=PLATFORM) == 2

    assert set(Telling.objects.values_list("user", flat=True)) == {people.ann.pk}
    assert set(Notice.objects.values_list("recipient", flat=True)) == {people.ann.pk}


def test_nobody_writes_in_it_by_hand(people, owe, record):
    owe(people.bo)
    make_notices(actor=PLATFORM, record=record)

    with acting(Actor.person(people.bo)):
        assert Telling.objects.count() == 2
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(using=database()):
            Telling.objects.update(outcome="sent")
    with acting(Actor.person(people.ann)):
        assert not Telling.objects.exists()
