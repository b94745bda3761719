"""What waits is sealed once, in order, into the chain of everybody concerned."""

import hashlib
import json
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connections

from audit import tasks
from audit.models import Entry, Outbox
from audit.operations import park_or_retry, seal_some, sealing
from kernel.acting import database
from tests.conftest import ground


def test_entries_follow_each_other_in_the_order_of_the_acts(company, sealer):
    company.does(3)
    waiting = list(Outbox.objects.filter(org_id=company.pk).order_by("id").values_list("id", flat=True))

    seal_some(actor=sealer)

    entries = company.entries()
    assert [entry.event_id for entry in entries] == waiting
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert [bytes(entry.prev) for entry in entries] == [
        bytes(32),
        *(bytes(entry.hash) for entry in entries[:2]),
    ]
    assert (company.chain.last_seq, bytes(company.chain.head_hash)) == (3, bytes(entries[2].hash))


def test_the_hash_covers_what_came_before_the_place_and_every_word(company, sealer):
    company.does()
    seal_some(actor=sealer)

    (entry,) = company.entries()
    body = bytes(entry.body)
    assert bytes(entry.hash) == hashlib.sha256(bytes(32) + (1).to_bytes(8, "big") + body).digest()
    words = json.loads(body)
    assert body == json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert words.pop("personal").keys() == {"actor.name"}
    assert words == entry.said()


def test_a_fact_enters_the_record_of_everybody_concerned_once(company, sealer):
    workspace, partner = uuid4(), uuid4()
    company.does(workspace_id=workspace, org_ids=(partner, company.pk))

    seal_some(actor=sealer)

    entries = Entry.objects.filter(event_id=Outbox.objects.get(org_id=company.pk).pk).select_related("chain")
    places = {(entry.chain.kind, entry.chain.noun_id) for entry in entries}
    assert places == {("workspace", workspace), ("org", company.pk), ("org", partner)}
    assert len(entries) == 3


def test_what_concerns_no_company_is_kept_by_the_platform(company, sealer):
    event = Outbox.objects.create(name="accounts.sign_in_failed", at="2026-11-23T10:00Z")

    seal_some(actor=sealer)

    assert Entry.objects.get(event_id=event.pk).chain.kind == "platform"


def test_a_sealer_that_dies_loses_nothing(company, sealer, monkeypatch):
    company.does(3)

    class Killed(BaseException):
        pass

    def die(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as killing:
        killing.setattr(sealing.Chain.objects, "bulk_update", die)
        with pytest.raises(Killed):
            seal_some(actor=sealer)
    assert company_is_unsealed(company), "premise: it died half-way"

    assert seal_some(actor=sealer) == 3
    assert [entry.seq for entry in company.entries()] == [1, 2, 3]
    assert seal_some(actor=sealer) == 0


def company_is_unsealed(company) -> bool:
    return not company.entries() and Outbox.objects.unsealed().filter(org_id=company.pk).count() == 3


def test_sealing_goes_on_where_it_stopped(company, sealer, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    company.does(5)

    assert [seal_some(actor=sealer) for _ in range(4)] == [2, 2, 1, 0]
    assert [entry.seq for entry in company.entries()] == [1, 2, 3, 4, 5]


@pytest.fixture
def another_sealer():
    """Have a turn taken over a connection of its own, and end it when asked."""
    with psycopg.connect(ground.engines.database_url("collab_system", ground.database)) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [sealing.SEALER_LOCK])
        yield connection


def test_nobody_stands_in_line_while_another_seals(company, sealer, another_sealer):
    company.does()
    with connections[database()].cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1ms'")

    assert seal_some(actor=sealer) is None
    assert not company.entries()

    another_sealer.rollback()
    assert seal_some(actor=sealer) == 1
    assert len(company.entries()) == 1


def test_who_finds_another_at_it_waits_for_a_turn(company, sealer, another_sealer, monkeypatch):
    """What it was called for may have come after the other had looked."""
    company.does()
    turns = []

    def turn(*, actor):
        turns.append(seal_some(actor=actor))
        another_sealer.rollback()
        return turns[-1]

    monkeypatch.setattr(tasks.operations, "seal_some", turn)
    tasks.seal()

    assert turns == [None, 1]
    assert len(company.entries()) == 1


def test_who_waits_for_a_turn_too_long_leaves_it_to_the_clock(company, another_sealer, monkeypatch):
    monkeypatch.setattr(tasks, "TURN_SECONDS", 0.1)
    company.does()

    tasks.seal()

    assert not company.entries()


def test_what_is_more_than_one_turn_takes_is_sealed_in_several(company, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    company.does(5)

    tasks.seal()

    assert len(company.entries()) == 5


def test_one_that_cannot_be_sealed_is_put_aside_and_the_others_go_on(company, monkeypatch):
    company.does(3)
    spoiled = Outbox.objects.filter(org_id=company.pk).order_by("id")[1]
    monkeypatch.setattr(
        sealing.Chain, "append", refusing(spoiled.pk, ValueError("nothing of this is logged"))
    )

    tasks.seal()
    assert len(company.entries()) == 2
    spoiled = again(spoiled)
    assert (spoiled.attempts, spoiled.error, spoiled.parked_at) == (1, "ValueError", None)

    for _ in range(sealing.MAX_ATTEMPTS - 1):
        Outbox.objects.filter(pk=spoiled.pk).update(due_at=None)
        tasks.seal()
    assert again(spoiled).parked_at is not None
    company.does()
    tasks.seal()
    assert len(company.entries()) == 3


def test_a_database_that_is_away_parks_nothing(company, monkeypatch):
    company.does()
    event = Outbox.objects.get(org_id=company.pk)
    monkeypatch.setattr(sealing.Chain, "append", refusing(event.pk, OperationalError()))

    with pytest.raises(OperationalError):
        tasks.seal()

    assert again(event).attempts == 0


def test_each_try_waits_longer(company, sealer):
    company.does()
    event = Outbox.objects.get(org_id=company.pk)
    waits = []
    for _ in range(3):
        park_or_retry(actor=sealer, event_id=event.pk, error="ValueError")
        waits.append(again(event).due_at)
    assert waits == sorted(waits)


def again(event) -> Outbox:
    return Outbox.objects.get(pk=event.pk)


def refusing(event_id, error):
    append = sealing.Chain.append

    def refuse(chain, event, forgotten):
        if event.id == event_id:
            raise error
        return append(chain, event, forgotten)

    return refuse
