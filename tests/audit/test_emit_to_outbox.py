"""Every fact is written down with the act, in the name of the day, and can only be added."""

from uuid import uuid4

import pytest
from django.db import ProgrammingError, connections, transaction

from audit import nudges
from audit.models import Outbox
from kernel.acting import Origin, acting, coming_from, database
from kernel.actor import Actor


def test_a_fact_keeps_who_for_whom_and_from_where(company):
    with coming_from(Origin(request_id="request-0001", address="203.0.113.24", device="Firefox")):
        company.does()

    kept = Outbox.objects.get(org_id=company.pk)
    assert (kept.name, kept.actor_name, kept.org_name) == ("audit.record_read", "Nora", "Northwind 北风电子")
    assert (kept.request_id, kept.address, kept.device) == ("request-0001", "203.0.113.24", "Firefox")
    assert (kept.subject_type, kept.subject_id, kept.subject_label) == ("org", company.pk, company.name)
    assert kept.payload == {"kind": "org", "noun_id": str(company.pk), "noun_name": company.name}
    assert kept.correlation is not None


def test_a_fact_costs_no_round_trip_of_its_own(company, django_assert_num_queries):
    with acting(company.actor), django_assert_num_queries(2) as asked:  # savepoint; the row and release
        company.does()

    assert "EXECUTE statement_" in asked.captured_queries[1]["sql"]


def test_a_fact_goes_with_the_act_that_failed(company):
    def fail():
        with transaction.atomic():
            company.does()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert not Outbox.objects.filter(org_id=company.pk).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT name FROM audit_outbox",
        "UPDATE audit_outbox SET name = 'x'",
        "DELETE FROM audit_outbox",
        "INSERT INTO audit_outbox (id, name, at, sealed_at) VALUES (gen_random_uuid(), 'x', now(), now())",
        "INSERT INTO audit_entry (id, seq) VALUES (gen_random_uuid(), 1)",
        "UPDATE audit_entry SET name = 'x'",
        "DELETE FROM audit_entry",
        "UPDATE audit_chain SET last_seq = 0",
    ],
)
def test_the_application_can_only_add_facts(company, statement):
    _refused(company.actor, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET name = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "DELETE FROM audit_chain",
    ],
)
def test_not_even_the_platform_changes_an_entry(company, statement):
    _refused(Actor.system("tests"), statement)


def test_a_trigger_stops_the_owner_too(company):
    with connections[database()].cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass AND NOT tgisinternal"
        )
        assert sorted(cursor.fetchall()) == [
            ("entries_stay", "O"),
            ("entry_only_erased", "O"),
            ("entry_stays", "O"),
        ]


def test_a_queue_that_is_down_is_nobodys_problem(monkeypatch):
    def away(*args, **kwargs):
        raise ConnectionError(uuid4().hex)

    monkeypatch.setattr(nudges.current_app, "send_task", away)

    nudges.nudge()  # does not even wait
    assert nudges.send() is False


def _refused(actor, statement):
    with (
        acting(actor),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(using=database()),
        connections[database()].cursor() as cursor,
    ):
        cursor.execute(statement)
