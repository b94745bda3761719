"""The time of a step: due on the calendar of whoever is asked, reminded once, ended by itself where it says so."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.business_time import add
from approvals.fold import kept, told
from approvals.models import Assignment, Run, Timer
from approvals.operations import create_definition, decide, fire_timer, publish_definition, start
from approvals.tasks import fire, fire_all
from audit.tasks import seal
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from notifications.models import Notice
from orgs.models import Calendar
from orgs.operations import set_calendar
from tests.approvals.conftest import yes

CLOCK = Actor.system("approvals.clock")
SLA = {"due": "8bh", "remind": ["-2bh", "-1bh", "1bd"]}


def body(cast, sla, **more):
    node = {"id": "one", "type": "approve", "who": [{"users": [str(cast.nora.user_id)]}], "sla": sla}
    return {
        "schema": "approval/1", "key": "timed", "title": {"en": "Timed"}, "form": {"fields": []}, "flow": [node | more],
    }  # fmt: skip


def timed(cast, sla, **more):
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=body(cast, sla, **more))
    publish_definition(actor=cast.nora, version=version)
    return start(actor=cast.nils, definition=version.definition.fresh(), title="Timed", form={})


def overdue(instance, *kinds):
    """Let the hours of these kinds lie in the past."""
    rows = Timer.objects.filter(run__instance=instance, kind__in=kinds)
    rows.update(at=timezone.now() - timedelta(minutes=1))
    return list(rows.order_by("n"))


def fired(instance):
    return dict(Timer.objects.filter(run__instance=instance).values_list("n", "outcome"))


def test_a_step_is_due_on_the_calendar_of_whoever_is_asked(cast):
    set_calendar(
        actor=cast.nora, organization=cast.northwind, zone="Asia/Shanghai", hours={"wed": ["10:00-14:00"]}
    )
    instance = timed(cast, SLA)
    run = instance.runs.get()
    calendar = Calendar.objects.of(cast.northwind)

    assert run.due_at == add(run.created_at, "8bh", calendar).at
    hours = dict(run.timers.values_list("n", "at"))
    assert hours[0] == add(run.due_at, "-2bh", calendar).at
    assert hours[2] == add(run.due_at, "1bd", calendar).at
    event = instance.events.get(type="due_set")
    assert event.payload["provisional"], "nobody spoke of the year"


def test_events_alone_lead_to_the_same_rows(cast):
    instance = timed(cast, SLA | {"overdue": "auto_pass"})
    fire_timer(actor=CLOCK, timer=overdue(instance, "auto_pass")[0])

    assert told(instance.fresh()) == kept(instance.fresh())


def test_missed_reminders_are_one(cast):
    instance = timed(cast, SLA)
    first, second, third = overdue(instance, "remind")

    for timer in (first, second, third, first):
        fire_timer(actor=CLOCK, timer=timer)

    assert sorted(fired(instance).values()) == ["coalesced", "coalesced", "fired"]
    assert instance.events.filter(type="time_reminded").count() == 1
    seal()
    assert Notice.objects.filter(event_name="approvals.step_due", recipient=cast.nora.user).count() == 1


@pytest.mark.parametrize(("what", "state"), [("auto_pass", "APPROVED"), ("auto_reject", "REJECTED")])
def test_a_step_ends_by_itself_and_what_was_asked_has_expired(cast, what, state):
    instance = timed(cast, {"due": "1h", "overdue": what})
    (timer,) = overdue(instance, what)

    fire(str(timer.pk))
    fire(str(timer.pk))

    assert instance.fresh().state == state
    assert Assignment.objects.get(instance=instance).state == "EXPIRED"
    assert Assignment.objects.get(instance=instance).actor_id is None
    assert instance.events.filter(type="timed_out").count() == 1


def test_a_step_that_stands_still_keeps_its_hours_for_later(cast):
    instance = timed(cast, {"due": "1h", "overdue": "suspend", "remind": ["30m"]})
    (timer,) = overdue(instance, "suspend")
    fire_timer(actor=CLOCK, timer=timer)
    assert instance.fresh().state == "SUSPENDED"
    assert instance.runs.get().state == Run.State.SUSPENDED

    (reminder,) = overdue(instance, "remind")
    assert not Timer.objects.due().exists()
    fire_timer(actor=CLOCK, timer=reminder)

    assert reminder.fresh().fired_at is None


def test_closing_a_step_cancels_its_hours(cast):
    instance = timed(cast, SLA | {"overdue": "auto_reject"})
    yes(cast.nora, instance)

    for timer in overdue(instance, "remind", "auto_reject"):
        fire_timer(actor=CLOCK, timer=timer)

    assert instance.fresh().state == "APPROVED"
    assert set(Timer.objects.filter(run__instance=instance).values_list("outcome", flat=True)) == {
        "cancelled"
    }


def test_nothing_happens_before_its_hour_and_nobody_lets_it_come(cast):
    instance = timed(cast, {"due": "1h", "overdue": "auto_pass"})
    timer = Timer.objects.get(run__instance=instance)
    fire_timer(actor=CLOCK, timer=timer)
    assert instance.fresh().state == "RUNNING"
    overdue(instance, "auto_pass")

    for actor in (cast.nora, cast.nils, cast.sol):
        with pytest.raises(NotAllowed):
            fire_timer(actor=actor, timer=timer)


def test_the_clock_finds_what_is_due_and_only_that(cast, monkeypatch):
    due, later = timed(cast, {"due": "1h", "overdue": "auto_pass"}), None
    definition = due.definition
    later = start(actor=cast.nils, definition=definition, title="Later", form={})
    overdue(due, "auto_pass")
    sent = []
    monkeypatch.setattr(fire, "delay", sent.append)

    fire_all()

    assert sent == [str(Timer.objects.get(run__instance=due).pk)]
    assert later.fresh().state == "RUNNING"


@pytest.mark.parametrize(
    ("sla", "pointer"),
    [
        ("8bh", "/flow/0/sla"),
        ({}, "/flow/0/sla/due"),
        ({"due": "-8bh"}, "/flow/0/sla/due"),
        ({"due": "0h"}, "/flow/0/sla/due"),
        ({"due": 8}, "/flow/0/sla/due"),
        ({"due": "8bh", "remind": "-2bh"}, "/flow/0/sla/remind"),
        ({"due": "8bh", "remind": ["-2bh", "soon"]}, "/flow/0/sla/remind/1"),
        ({"due": "8bh", "remind": ["1h"] * 21}, "/flow/0/sla/remind"),
        ({"due": "8bh", "overdue": "explode"}, "/flow/0/sla/overdue"),
        ({"due": "8bh", "overdue": ["auto_pass"]}, "/flow/0/sla/overdue"),
        ({"due": "8bh", "a/b": 1}, "/flow/0/sla/a~1b"),
    ],
)
def test_a_patience_that_cannot_be_kept_is_not_published(cast, sla, pointer):
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=body(cast, sla))

    with pytest.raises(InvalidInput) as refused:
        publish_definition(actor=cast.nora, version=version)

    assert [one["pointer"] for one in refused.value.errors] == [pointer]


def test_a_step_without_patience_asks_nothing_more(cast):
    """Two definitions that differ in that alone: only the patient one is written about."""
    plain = body(cast, SLA)
    del plain["flow"][0]["sla"]
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=plain)
    publish_definition(actor=cast.nora, version=version)
    definition = version.definition.fresh()
    start(actor=cast.nils, definition=definition, title="Warm", form={})

    with CaptureQueriesContext(connection) as asked:
        instance = start(actor=cast.nils, definition=definition, title="Plain", form={})

    assert not [
        one for one in asked.captured_queries if "timer" in one["sql"] or "orgs_calendar" in one["sql"]
    ]
    assert not instance.events.filter(type__in=("due_set", "timers_set")).exists()
    decide(actor=cast.nora, instance=instance, verdict="APPROVED")
