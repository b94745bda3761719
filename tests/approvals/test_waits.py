"""A step that waits for an hour: until then nothing happens, and what partners see of it is that the other side reviews."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from approvals.business_time import add
from approvals.models import Run, Timer
from approvals.operations import fire_timer, publish_definition, resume, skip
from approvals.operations.definitions import create_definition
from approvals.projection import View
from approvals.simulation import simulate
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from orgs.models import Calendar
from orgs.operations import set_calendar
from tests.approvals.conftest import yes
from tests.approvals.ways import FIELDS, begun, ended, published, states, step

CLOCK = Actor.system("approvals.clock")
PARTIES = [{"id": "buyer", "bind": "initiator"}, {"id": "supplier", "bind": "counterparty"}]


def pause(**said: Any) -> dict[str, Any]:
    return {"id": "pause", "type": "wait", **said}


def come(instance: Any, kind: str = "wake") -> Timer:
    """Let the hour come."""
    timer = Timer.objects.get(run__instance=instance, kind=kind, fired_at=None)
    Timer.objects.filter(pk=timer.pk).update(at=timezone.now() - timedelta(minutes=1))
    return fire_timer(actor=CLOCK, timer=timer.fresh())


def test_a_wait_lasts_as_long_as_it_says_on_the_calendar_of_its_side(cast):
    set_calendar(
        actor=cast.nora, organization=cast.northwind, zone="Asia/Shanghai", hours={"wed": ["10:00-14:00"]}
    )
    instance = begun(cast, [pause(**{"for": "8bh"}), step(cast, "last")])

    run = instance.runs.get()
    assert (run.state, run.due_at) == (
        "ACTIVE",
        add(run.created_at, "8bh", Calendar.objects.of(cast.northwind)).at,
    )
    ended(instance, "RUNNING")

    come(instance)
    come_again = Timer.objects.get(run__instance=instance)
    fire_timer(actor=CLOCK, timer=come_again)

    assert states(instance) == {"pause": "DONE", "last": "ACTIVE"}
    yes(cast.nora, instance)
    ended(instance, "APPROVED")


def test_a_wait_until_a_day_of_the_form_ends_as_that_day_begins_there(cast):
    set_calendar(
        actor=cast.nora, organization=cast.northwind, zone="Asia/Shanghai", hours={"wed": ["10:00-14:00"]}
    )
    day = date.today() + timedelta(days=30)
    instance = begun(cast, [pause(until="$day")], {"day": day.isoformat()})

    due = instance.runs.get().due_at
    assert due == datetime.fromisoformat(f"{day}T00:00:00+08:00")
    ended(instance, "RUNNING")


@pytest.mark.parametrize("until", ["2026-01-01T00:00:00Z", "$day"])
def test_an_hour_that_has_passed_is_not_waited_for(cast, until):
    instance = begun(cast, [pause(until=until)], {"day": "2026-01-01"})

    assert not Timer.objects.filter(run__instance=instance).exists()
    ended(instance, "APPROVED")


def test_a_wait_that_cannot_tell_its_hour_stands_still_until_somebody_sees_to_it(cast):
    instance = begun(cast, [pause(until="$day")])

    run = instance.runs.get()
    assert (run.state, run.reason) == ("SUSPENDED", "hour")
    ended(instance, "SUSPENDED")
    resume(actor=cast.nora, instance=instance, run=run.pk, reason="Try")
    ended(instance, "SUSPENDED")
    assert instance.runs.get().reason == "hour"


def test_who_steers_goes_past_a_wait_and_nobody_else(cast):
    instance = begun(cast, [pause(**{"for": "3d"}), step(cast, "last")])
    run = instance.runs.get()

    with pytest.raises(NotAllowed):
        skip(actor=cast.nils, instance=instance, run=run.pk, reason="No time")
    assert any(one["action"] == "skip" for one in View(instance.fresh(), cast.nora).can)
    skip(actor=cast.nora, instance=instance, run=run.pk, reason="No time")

    assert states(instance) == {"pause": "SKIPPED", "last": "ACTIVE"}
    assert come(instance).outcome == "cancelled"
    ended(instance, "RUNNING")


def test_a_partner_sees_a_wait_as_review_and_no_hour_of_it(cast):
    definition = published(
        cast,
        [{"id": "sup", "type": "party", "party": "supplier"}, pause(**{"for": "3d"})],
        parties=PARTIES,
    )
    from approvals.operations import start

    instance = start(
        actor=cast.nils, definition=definition, title="Wait", form={}, parties={"supplier": cast.southbay.pk}
    )
    yes(cast.sol, instance)

    view = View(instance.fresh(), cast.sol)
    assert [step.run.node for step in view.steps] == ["decision", "sup"] or {
        step.run.node for step in view.steps
    } == {"decision", "sup"}
    assert next(one for one in view.parties if one.org == cast.northwind).state == "IN_REVIEW"
    assert not view.events().filter(payload__run=str(Run.objects.get(node="pause").pk)).exists()
    assert View(instance.fresh(), cast.nils).own_steps[-1].run.node == "pause"


def test_a_simulation_lets_every_hour_come(cast):
    definition = published(cast, [pause(**{"for": "3d"}), step(cast, "last")])

    found = simulate(cast.nora, definition, definition.current, {}, {}, {})

    assert [(one["node"], one["state"]) for one in found["steps"]] == [
        ("pause", "DONE"),
        ("last", "APPROVED"),
    ]
    assert found["state"] == "APPROVED"


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({}, "/flow/0", "required"),
        ({"for": "1h", "until": "$day"}, "/flow/0", "conflict"),
        ({"for": "-1h"}, "/flow/0/for", "format"),
        ({"for": 3}, "/flow/0/for", "format"),
        ({"until": "2026-01-01"}, "/flow/0/until", "format"),
        ({"until": "2026-01-01T10:00:00"}, "/flow/0/until", "format"),
        ({"until": "$never"}, "/flow/0/until", "unknown"),
        ({"until": "$note"}, "/flow/0/until", "conflict"),
        ({"until": ["$day"]}, "/flow/0/until", "format"),
        ({"for": "1h", "who": []}, "/flow/0/who", "unknown_key"),
    ],
)
def test_a_wait_that_nobody_can_tell_the_end_of_is_not_published(cast, said, pointer, code):
    body = {
        "schema": "approval/1", "key": "waits", "title": {"en": "Waits"}, "form": {"fields": FIELDS},
        "flow": [pause(**said)],
    }  # fmt: skip
    version = create_definition(actor=cast.nora, organization=cast.northwind, body=body)

    with pytest.raises(InvalidInput) as refused:
        publish_definition(actor=cast.nora, version=version)

    assert [(one["pointer"], one["code"]) for one in refused.value.errors] == [(pointer, code)]
