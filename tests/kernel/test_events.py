"""One emit, and those who read it: inside, after commit, and later."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from audit.models import Outbox
from audit.tasks import seal
from kernel import events
from kernel.events import EVENTS, Event, emit, live, readers, reads, unrecorded, within
from kernel.operations import operation


@dataclass(frozen=True, kw_only=True)
class Fed(Event):
    name = "tests.cat_fed"
    cat_id: UUID
    at: datetime = datetime(2026, 1, 2, tzinfo=UTC)
    keepers: tuple[UUID, ...] = ()
    purr: object = unrecorded()

    def subject(self):
        return ("cat", self.cat_id, "Minka")


@pytest.fixture(autouse=True)
def forgets():
    """What a test registers, nobody hears afterwards."""
    yield
    events._within.pop(Fed, None)
    events._live.pop(Fed, None)


@operation
def feed(*, actor, fails=False, **more):
    emit(Fed(actor=actor, cat_id=uuid4(), **more))
    if fails:
        raise ZeroDivisionError


def test_a_name_finds_its_event():
    assert EVENTS["tests.cat_fed"] is Fed
    assert all(name.count(".") == 1 for name in EVENTS)


def test_the_record_is_written_in_the_transaction_of_the_act(cast):
    feed(actor=cast.nora)
    row = Outbox.objects.get(name="tests.cat_fed")
    assert (row.actor_name, row.org_name, row.subject_label) == (cast.nora.name, cast.northwind.name, "Minka")

    with pytest.raises(ZeroDivisionError):
        feed(actor=cast.nora, fails=True)
    assert Outbox.objects.filter(name="tests.cat_fed").count() == 1


def test_the_record_keeps_plain_words_and_not_what_is_left_out():
    key = uuid4()
    fact = Fed(actor=None, cat_id=key, keepers=(key,), purr=object())

    assert fact.payload() == {"cat_id": str(key), "at": "2026-01-02T00:00:00+00:00", "keepers": [str(key)]}


def test_a_reaction_belongs_to_the_same_transaction_and_can_undo_it(cast):
    heard = []

    @within(Fed)
    def react(event):
        heard.append(event.cat_id)
        if event.purr == "angry":
            raise ZeroDivisionError

    feed(actor=cast.nora)
    with pytest.raises(ZeroDivisionError):
        feed(actor=cast.nora, purr="angry")

    assert len(heard) == 2
    assert Outbox.objects.filter(name="tests.cat_fed").count() == 1


def test_screens_hear_after_commit_and_only_of_what_stood(cast, django_capture_on_commit_callbacks):
    shown = []
    live(Fed)(shown.append)

    with django_capture_on_commit_callbacks(execute=True):
        feed(actor=cast.nora)
        assert not shown, "not before it is true"
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            feed(actor=cast.nora, fails=True)

    assert len(shown) == 1


def test_a_screen_that_fails_harms_nothing(transactional_db, cast):
    shown = []

    @live(Fed)
    def break_down(event):
        raise ZeroDivisionError

    live(Fed)(shown.append)
    feed(actor=cast.nora)

    assert Outbox.objects.filter(name="tests.cat_fed").exists()
    assert len(shown) == 1, "nor do those who come after it miss anything"


def test_readers_of_the_record_come_later_and_get_what_was_written(cast):
    read = []

    @reads
    def listen(record):
        read.append(record)

    try:
        feed(actor=cast.nora)
        assert not read
        seal()
    finally:
        events._readers.pop()

    (told,) = [one for one in read if one.name == "tests.cat_fed"]
    assert (told.actor_id, told.org_id, told.subject[2]) == (cast.nora.user_id, cast.northwind.pk, "Minka")
    assert readers(), "the notices are made by one"
