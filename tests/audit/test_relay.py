"""What is sealed reaches its readers at least once, whoever of them stumbles."""

import pytest

from audit import tasks
from audit.models import Outbox, Reading
from audit.operations import relaying
from audit.operations.sealing import MAX_ATTEMPTS
from kernel import events


@pytest.fixture
def readers(monkeypatch) -> list:
    """Who reads the record in this test, instead of those of the house."""
    reading: list = []
    monkeypatch.setattr(relaying, "readers", lambda: tuple(events.one_by_one(one) for one in reading))
    return reading


def test_a_reader_gets_the_fact_as_it_was(company, readers):
    read = []
    readers.append(collecting(read))
    company.does(2)

    tasks.seal()

    (first, _second) = read
    assert isinstance(first, events.Record)
    assert (first.name, first.actor_name, first.org_id) == ("audit.record_read", "Nora", company.pk)
    assert first.subject == ("org", company.pk, company.name)
    assert first.payload["kind"] == "org"
    assert not Outbox.objects.filter(org_id=company.pk).exists()


def test_nothing_is_read_before_it_is_sealed(company, readers):
    sealed = []
    readers.append(lambda record: sealed.append(len(company.entries())))
    company.does(2)

    tasks.seal()

    assert sealed == [2, 2]


def test_a_reader_that_stumbles_is_asked_again_alone(company, readers):
    good: list = []
    late: list = []
    readers.extend([collecting(good), stumbling(1, late)])
    company.does()

    tasks.seal()
    waiting = Outbox.objects.get(org_id=company.pk)
    assert (waiting.attempts, waiting.error, len(good)) == (1, "ZeroDivisionError", 1)

    Outbox.objects.update(due_at=None)
    tasks.seal()
    assert (len(good), len(late)) == (1, 1)
    assert not Outbox.objects.filter(org_id=company.pk).exists()


def test_a_reader_that_never_can_does_not_hold_up_the_next_fact(company, readers):
    readers.append(stumbling(MAX_ATTEMPTS, []))
    company.does()
    for _ in range(MAX_ATTEMPTS):
        Outbox.objects.update(due_at=None)
        tasks.seal()
    (parked,) = Outbox.objects.parked()
    assert parked.error == "ZeroDivisionError"

    company.does()
    tasks.seal()

    assert list(Outbox.objects.filter(org_id=company.pk)) == [parked]
    assert len(company.entries()) == 2


def collecting(read: list):
    def reader(record):
        read.append(record)

    return reader


def stumbling(times: int, read: list):
    """Return a reader that cannot read at first."""
    left = [None] * times

    def reader(record):
        if left:
            left.pop()
            raise ZeroDivisionError
        read.append(record)

    return reader


def test_one_fact_that_cannot_be_read_holds_up_none_of_its_batch(company, readers):
    def reader(record):
        if record.subject[2] == "spoilt":
            raise ZeroDivisionError
        Reading.objects.create(user_id=record.id, kind="told", noun_id=company.pk, at=record.at)

    readers.append(reader)
    company.does(3)
    spoilt = Outbox.objects.filter(org_id=company.pk).order_by("id")[1].pk
    Outbox.objects.filter(pk=spoilt).update(subject_label="spoilt")

    tasks.seal()

    assert [one.pk for one in Outbox.objects.filter(org_id=company.pk)] == [spoilt]
    assert Reading.objects.filter(kind="told").count() == 2, "each once, though the batch was shown twice"
