"""Who is owed a word gets it once, the way they chose."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone, translation

from kernel.acting import acting, database
from kernel.actor import Actor
from notifications.models import Delivery, Notice
from notifications.operations import choose, make_all_notices, make_notices, on_created
from notifications.reader import tell


def test_it_says_who_did_what_in_the_readers_language(people, owe, record, platform):
    owe(people.bo)

    (notice,) = make_notices(actor=platform, record=record)

    assert (notice.recipient, notice.url, notice.kind) == (people.bo, "/approvals/7/", "approval")
    assert (notice.actor_name, notice.org_name, notice.read_at) == ("Ann", "One & Co", None)
    with translation.override("en"):
        assert notice.sentence() == "Ann read the record of the organization Two <Ltd>"
        assert "<strong>Two &lt;Ltd&gt;</strong>" in notice.marked_sentence()


def test_told_twice_it_makes_nothing_new(people, owe, record, platform):
    owe(people.bo)

    tell([record])
    tell([record])

    assert Notice.objects.filter(event_id=record.id).count() == 1
    assert Delivery.objects.count() == 1


def test_ones_own_act_owes_one_nothing(people, owe, record, platform):
    owe(people.ann, people.bo)

    notices = make_notices(actor=platform, record=record)

    assert [notice.recipient for notice in notices] == [people.bo]


def test_two_reasons_of_one_kind_are_one_notice(people, owe, record, platform):
    owe(people.bo)
    owe(people.bo, kind="mention")
    owe(people.bo)

    notices = make_notices(actor=platform, record=record)

    assert sorted(notice.kind for notice in notices) == ["approval", "mention"]


def test_who_has_left_is_told_nothing(people, owe, record, platform):
    owe(people.bo)
    people.bo.is_active = False
    people.bo.save(update_fields=["is_active"])

    assert make_notices(actor=platform, record=record) == []


def test_who_may_no_longer_know_is_told_nothing(people, owe, record, platform):
    owe(people.bo, still_may=lambda user, dues: ())

    assert make_notices(actor=platform, record=record) == []


@pytest.mark.parametrize(
    ("in_app", "mail", "inbox", "letters"),
    [(True, True, 1, 1), (True, False, 1, 0), (False, True, 0, 1), (False, False, 0, 0)],
)
def test_everybody_chooses_inbox_and_mail(in_app, mail, inbox, letters, people, owe, record, platform):
    owe(people.bo)
    bo = Actor.person(people.bo)
    choose(actor=bo, choices={"approval": {"in_app": in_app, "mail": mail}})

    make_notices(actor=platform, record=record)

    assert Notice.objects.visible_to(bo).count() == inbox
    assert Delivery.objects.count() == letters


def test_a_kind_that_is_not_urgent_needs_no_mail(people, owe, record, platform):
    owe(people.bo, mail=False)

    make_notices(actor=platform, record=record)

    assert not Delivery.objects.exists()


def test_screens_are_told_of_what_enters_the_inbox(people, owe, record, platform, monkeypatch):
    shown = []
    monkeypatch.setattr("notifications.operations.notices.on_created", [shown.append])
    owe(people.bo)

    made = make_notices(actor=platform, record=record)

    assert shown == made
    assert isinstance(on_created, list)


def test_nobody_sees_another_persons_notices(people, owe, record, platform):
    owe(people.bo)
    make_notices(actor=platform, record=record)
    assert Notice.objects.visible_to(Actor.person(people.bo)).exists(), "premise: Bo has one"

    assert not Notice.objects.visible_to(Actor.person(people.ann)).exists()
    assert not Notice.objects.visible_to(Actor.nobody("door")).exists()


def test_telling_many_costs_as_much_as_telling_one(
    people, owe, record, platform, django_assert_max_num_queries
):
    from accounts.models import User

    many = [User(email=f"{n}@many.example", name=f"P{n}") for n in range(30)]
    User.objects.bulk_create(many)
    owe(*many)

    with django_assert_max_num_queries(10):
        assert len(make_notices(actor=platform, record=record)) == 30


def test_what_happened_at_the_same_time_costs_as_much_as_one_thing(
    people, owe, record, platform, django_assert_max_num_queries
):
    owe(people.bo)
    at_once = [replace(record, id=uuid4()) for _ in range(30)]

    with django_assert_max_num_queries(10):
        assert len(make_all_notices(actor=platform, records=[*at_once, at_once[0]])) == 30


def test_the_application_may_neither_write_notices_nor_read_letters(people, owe, record, platform):
    owe(people.bo)
    (notice,) = make_notices(actor=platform, record=record)

    with acting(Actor.person(people.bo)):
        for forbidden in (
            lambda: Notice.objects.filter(pk=notice.pk).update(url="/elsewhere/"),
            lambda: Notice.objects.create(recipient=people.bo, event_id=uuid4(), kind="x", at=timezone.now()),
            lambda: list(Delivery.objects.all()),
        ):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(using=database()),
            ):
                forbidden()
