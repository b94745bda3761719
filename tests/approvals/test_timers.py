"""The time of a step: due on the calendar of whoever is asked, reminded once, ended by itself where it says so."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals import timers
from approvals.business_time import add
from approvals.fold import kept, told
from approvals.models import Assignment, Run, Timer
from approvals.operations import (
    create_definition,
    decide,
    fire_timer,
    publish_definition,
    resubmit,
    resume,
    start,
)
from approvals.tasks import fire, fire_all
from audit.tasks import seal
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from notifications.models import Notice
from orgs.models import Calendar, Membership
from orgs.operations import set_calendar
from tests.approvals.conftest import yes
from tests.approvals.ways import begun, ended, slots, step

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
        ({"due": "8bh", "overdue": {}}, "/flow/0/sla/overdue"),
        ({"due": "8bh", "overdue": {"suspend": {}}}, "/flow/0/sla/overdue/suspend"),
        ({"due": "8bh", "overdue": {"return": 3}}, "/flow/0/sla/overdue/return"),
        ({"due": "8bh", "overdue": {"return": "nowhere"}}, "/flow/0/sla/overdue/return"),
        ({"due": "8bh", "overdue": {"return": "one"}}, "/flow/0/sla/overdue/return"),
        ({"due": "8bh", "overdue": {"escalate": {"to": "god"}}}, "/flow/0/sla/overdue/escalate/to"),
        ({"due": "8bh", "overdue": {"escalate": {"to": {"role": "?!"}}}}, "/flow/0/sla/overdue/escalate/to"),
        ({"due": "8bh", "overdue": {"escalate": {"mode": "beg"}}}, "/flow/0/sla/overdue/escalate/mode"),
        ({"due": "8bh", "overdue": {"escalate": {"a/b": 1}}}, "/flow/0/sla/overdue/escalate/a~1b"),
    ],
)
def test_a_patience_that_cannot_be_kept_is_not_published(cast, sla, pointer):
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=body(cast, sla))

    with pytest.raises(InvalidInput) as refused:
        publish_definition(actor=cast.nora, version=version)

    assert [one["pointer"] for one in refused.value.errors] == [pointer]


def late(cast, sla, *names, **more):
    """A step of these people, two hours in, with the first step of Nils behind it."""
    instance = begun(cast, [step(cast, "first", "nils"), step(cast, "one", *names, sla=sla, **more)])
    yes(cast.nils, instance)
    return instance


def let_pass(instance, kind):
    (timer,) = overdue(instance, kind)
    fire_timer(actor=CLOCK, timer=timer)
    fire_timer(actor=CLOCK, timer=timer.fresh())


def managed(cast):
    """Sia and Otto work at Northwind; Otto is above Sia."""
    for who, manager in ((cast.otto, None), (cast.sia, cast.otto)):
        Membership.objects.create(
            organization=cast.northwind,
            user=who.user,
            role="member",
            manager=manager.user if manager else None,
        )


def test_overdue_remind_asks_once_more_at_the_due_time(cast):
    instance = late(cast, {"due": "1h", "overdue": "remind", "remind": ["-10m"]}, "nora")
    overdue(instance, "remind")

    for timer in Timer.objects.filter(run__instance=instance):
        fire_timer(actor=CLOCK, timer=timer)

    seal()
    assert Notice.objects.filter(event_name="approvals.step_due", recipient=cast.nora.user).count() == 1
    ended(instance, "RUNNING")


def test_overdue_escalate_asks_the_manager_beside_who_is_late(cast):
    managed(cast)
    instance = late(cast, {"due": "1h", "overdue": "escalate"}, "sia", mode={"kind": "all"})

    let_pass(instance, "escalate")

    assert slots(instance, "one") == {"sia": "PENDING", "otto": "PENDING"}
    ended(instance, "RUNNING")
    yes(cast.sia, instance)
    yes(cast.otto, instance)
    ended(instance, "APPROVED")


def test_overdue_escalate_replace_asks_the_manager_instead(cast):
    managed(cast)
    instance = late(cast, {"due": "1h", "overdue": {"escalate": {"mode": "replace"}}}, "sia")

    let_pass(instance, "escalate")

    assert slots(instance, "one") == {"sia": "REMOVED", "otto": "PENDING"}
    yes(cast.otto, instance)
    ended(instance, "APPROVED")


def test_overdue_escalate_in_a_sequence_takes_the_place_so_that_one_is_asked_at_a_time(cast):
    managed(cast)
    instance = late(cast, {"due": "1h", "overdue": "escalate"}, "sia", "nora", mode={"kind": "sequence"})

    let_pass(instance, "escalate")

    assert slots(instance, "one") == {"sia": "REMOVED", "otto": "PENDING", "nora": "WAITING"}
    ended(instance, "RUNNING")


@pytest.mark.parametrize("to", ["admin", {"role": "nobody"}, "manager"])
def test_overdue_escalate_turns_to_who_steers_where_nobody_else_is_found(cast, to):
    Membership.objects.create(organization=cast.northwind, user=cast.sia.user, role="member")
    instance = late(cast, {"due": "1h", "overdue": {"escalate": {"to": to}}}, "sia")

    let_pass(instance, "escalate")

    assert slots(instance, "one") == {"sia": "PENDING", "nora": "PENDING"}
    seal()
    assert Notice.objects.filter(event_name="approvals.step_started", recipient=cast.nora.user).exists()
    ended(instance, "RUNNING")


def test_overdue_escalate_asks_nobody_twice(cast):
    instance = late(cast, {"due": "1h", "overdue": {"escalate": {"to": "admin"}}}, "nora")

    let_pass(instance, "escalate")

    assert slots(instance, "one") == {"nora": "PENDING"}
    assert instance.events.filter(type="escalated").count() == 1
    ended(instance, "RUNNING")


def test_overdue_escalate_in_a_sequence_cannot_ask_beside(cast):
    sla = {"due": "8bh", "overdue": {"escalate": {"mode": "add"}}}
    version = create_definition(
        actor=cast.nora, organization=cast.northwind, body=body(cast, sla, mode={"kind": "sequence"})
    )

    with pytest.raises(InvalidInput) as refused:
        publish_definition(actor=cast.nora, version=version)

    assert [(one["pointer"], one["code"]) for one in refused.value.errors] == [
        ("/flow/0/sla/overdue/escalate/mode", "conflict")
    ]


def test_overdue_return_gives_it_back_to_who_asked_and_tells_them(cast):
    instance = late(cast, {"due": "1h", "overdue": "return"}, "nora")

    let_pass(instance, "return")

    assert Assignment.objects.get(instance=instance, run__node="one").state == "EXPIRED"
    assert instance.runs.get(node="one").state == "RETURNED"
    ended(instance, "RETURNED")
    resubmit(actor=cast.nils, instance=instance)
    ended(instance, "RUNNING")


def test_overdue_return_to_a_step_asks_there_again(cast):
    instance = late(cast, {"due": "1h", "overdue": {"return": "first"}}, "nora")

    let_pass(instance, "return")

    assert list(instance.runs.order_by("pk").values_list("node", "state")) == [
        ("first", "SUPERSEDED"), ("one", "RETURNED"), ("first", "ACTIVE")
    ]  # fmt: skip
    ended(instance, "RUNNING")


@pytest.mark.parametrize("kind", ["party", "confirm"])
def test_no_auto_pass_where_another_organization_answers(cast, kind):
    meeting = {"party": {"party": "supplier"}, "confirm": {"parties": ["buyer", "supplier"]}}[kind]
    said = body(cast, SLA) | {
        "parties": [{"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty"}],
        "flow": [{"id": "meet", "type": kind, "sla": {"due": "8bh", "overdue": "auto_pass"}} | meeting],
    }
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=said)

    with pytest.raises(InvalidInput) as refused:
        publish_definition(actor=cast.nora, version=version)

    assert [one["pointer"] for one in refused.value.errors] == ["/flow/0/sla/overdue"]


@pytest.mark.parametrize(
    ("what", "state"), [("auto_reject", "REJECTED"), ("return", "RETURNED"), ("suspend", "SUSPENDED")]
)
@pytest.mark.parametrize("kind", ["party", "confirm"])
def test_a_step_of_another_organization_runs_out_of_time(cast, kind, what, state):
    meeting = {"party": {"party": "supplier"}, "confirm": {"parties": ["supplier", "buyer"]}}[kind]
    node = {
        "id": "meet",
        "type": kind,
        "on_reject": "terminate",
        "sla": {"due": "1h", "overdue": what},
    } | meeting
    parties = [{"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty"}]
    instance = begun(cast, [node], asked={"parties": {"supplier": cast.southbay.pk}}, parties=parties)

    let_pass(instance, what)

    if what == "suspend":
        assert instance.runs.get(node="meet", type=kind).state == "SUSPENDED"
        state = "RUNNING"  # those who are asked inside may still answer
    ended(instance, state)


def test_a_reminder_of_a_confirm_reaches_each_side_from_its_own(cast):
    node = {
        "id": "meet",
        "type": "confirm",
        "parties": ["supplier", "buyer"],
        "sla": {"due": "1h", "remind": ["1h"]},
    }
    parties = [{"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty"}]
    instance = begun(cast, [node], asked={"parties": {"supplier": cast.southbay.pk}}, parties=parties)

    let_pass(instance, "remind")

    seal()
    told_of = Notice.objects.filter(event_name="approvals.step_due")
    assert set(told_of.values_list("recipient", flat=True)) == {cast.sol.user_id, cast.nora.user_id}
    ended(instance, "RUNNING")


def rested(monkeypatch, instance, since, hours):
    """Let it stand still since then, and be due ``hours`` after that."""
    run = instance.runs.get()
    monkeypatch.setattr(timers, "_rests_since", lambda case, run: since)
    Run.objects.filter(pk=run.pk).update(due_at=since + hours)
    return run


def stalled(cast, sla):
    """A step that stands still because its time was up, with a reminder still to come."""
    instance = timed(cast, sla | {"overdue": "suspend"})
    (timer,) = overdue(instance, "suspend")
    fire_timer(actor=CLOCK, timer=timer)
    return instance


def test_what_was_left_of_the_time_is_left_after_a_rest(cast, monkeypatch):
    instance = stalled(cast, {"due": "3h", "remind": ["-1h"]})
    run = rested(monkeypatch, instance, timezone.now() - timedelta(days=4), timedelta(hours=2))
    (reminder,) = overdue(instance, "remind")

    resume(actor=cast.nora, instance=instance, run=run.pk, reason="Go on")
    fire_timer(actor=CLOCK, timer=reminder.fresh())

    left = run.fresh().due_at - timezone.now()
    assert timedelta(hours=1, minutes=59) < left <= timedelta(hours=2), "four days of rest do not count"
    reminder = reminder.fresh()
    assert reminder.fired_at is None
    assert reminder.at == run.fresh().due_at - timedelta(hours=1), "its hour comes later now"


def test_of_working_time_what_was_left_is_left(cast, monkeypatch):
    set_calendar(
        actor=cast.nora, organization=cast.northwind, zone="Asia/Shanghai", hours={"wed": ["10:00-14:00"]}
    )
    instance = stalled(cast, {"due": "3bh", "remind": ["-1bh"]})
    wednesday = timezone.now() - timedelta(days=(timezone.now().weekday() - 2) % 7 + 7)
    since = wednesday.replace(hour=2, minute=0, second=0, microsecond=0)  # ten in Shanghai
    run = rested(monkeypatch, instance, since, timedelta(hours=3))
    calendar = Calendar.objects.of(cast.northwind)

    resume(actor=cast.nora, instance=instance, run=run.pk, reason="Go on")

    now = instance.events.filter(type="run_resumed").get().at
    assert run.fresh().due_at == add(now, "3bh", calendar).at


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
