"""When a step is due, and its timers: set as it begins, on the calendar of whoever is asked; folded like all else.

While a step stands still its time does; what was left of it then is left when it goes on.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from approvals import business_time, sla
from approvals.engine import DIRECTORY, Case
from approvals.engine.apply import APPLY
from approvals.engine.case import MOVED
from approvals.models import Assignment, InstanceEvent, Run, Timer
from kernel.acting import acting
from kernel.nouns import uuid7
from orgs.models import Calendar

MOVED[Timer] = ["fired_at", "outcome"]
RESTS = ("run_suspended", "run_closed", "branch_ended")  # after one of these a whole request may stand still
WORKING = ("bh", "bd")


def begin(case: Case) -> None:
    """Set the hours of every step that this command has opened and that has patience; the others cost nothing."""
    fresh, case.timed = [run for run, _people in case.opened[case.timed :] if run.is_open], len(case.opened)
    patient = [(run, said) for run in fresh if run.due_at is None and (said := _patience(case, run))]
    for run, said in patient:
        _set(case, run, said)
    waiting = [run for run in fresh if run.type == "wait" and run.due_at]
    for run in waiting:
        _wake(case, run)
    if patient or waiting:
        case.save()
    if case.resumed:
        go_on(case)


def _patience(case: Case, run: Run) -> dict[str, Any] | None:
    """Return what the node says of its own run; the word of one party among all has the time of all."""
    node = case.place_of(run).node
    return node.get("sla") if node["type"] == run.type else None


def _set(case: Case, run: Run, said: dict[str, Any]) -> None:
    calendar = _calendar(case, run)
    due = business_time.add(case.now, said["due"], calendar)
    hours = [(one, business_time.add(due.at, one.offset, calendar).at) for one in sla.alarms(said)]
    _due(case, run, due.at, due.provisional)
    case.record(
        "timers_set",
        [run.party_org_id],
        org_id=run.party_org_id,
        run=str(run.pk),
        timers=[
            {"timer": str(uuid7()), "kind": one.kind, "n": one.n, "at": max(at, case.now).isoformat()}
            for one, at in hours
            if at > case.now or one.kind != "remind"
        ],
    )


def _wake(case: Case, run: Run) -> None:
    assert run.due_at is not None
    timer = {"timer": str(uuid7()), "kind": Timer.Kind.WAKE, "n": 0, "at": run.due_at.isoformat()}
    case.record("timers_set", [run.party_org_id], org_id=run.party_org_id, run=str(run.pk), timers=[timer])


def _due(case: Case, run: Run, at: datetime, is_guess: bool) -> None:
    case.record(
        "due_set",
        case.everybody if run.type in ("party", "confirm") else [run.party_org_id],
        org_id=run.party_org_id,
        run=str(run.pk),
        due=at.isoformat(),
        provisional=is_guess,
    )


def _calendar(case: Case, run: Run) -> Calendar:
    with acting(DIRECTORY):
        return Calendar.objects.of(case.org(run.party_org_id))


# ── After a rest ─────────────────────────────────────────────────────────────
def go_on(case: Case) -> None:
    """Let the time of steps go on that stood still: neither lost nor counted is what has passed meanwhile.

    Their timers follow when their hour comes: who resumes a partner's step sees none of them.
    """
    resumed, case.resumed = case.resumed, []
    moved = [run for run in resumed if run.is_open and run.due_at and not _is_moment(case.place_of(run).node)]
    for run in moved:
        _rested(case, run)
    if moved:
        case.save()


def _rested(case: Case, run: Run) -> None:
    with acting(DIRECTORY):
        since = _rests_since(case, run)
    if since is None or run.due_at is None or run.due_at <= since:
        return
    calendar, counts = _calendar(case, run), case.place_of(run).node
    due = case.now + (run.due_at - since)
    if _length(counts).endswith(WORKING):
        due = business_time.go_on(case.now, business_time.working(since, run.due_at, calendar), calendar)
    _due(case, run, due, business_time.is_guess(case.now, due, calendar))


def _rests_since(case: Case, run: Run) -> datetime | None:
    """Return when its time stopped: as it was suspended itself, or as all of the request stood still."""
    before = InstanceEvent.objects.filter(instance=case.instance, at__lt=case.now).order_by("-seq")
    own = before.filter(type__in=("run_suspended", "run_resumed"), payload__run=str(run.pk)).first()
    last = own if own and own.type == "run_suspended" else before.filter(type__in=RESTS).first()
    return last.at if last else None


def hour_of(case: Case, run: Run, timer: Timer) -> datetime:
    """Return when a timer is for: as it was set, or where its step has stood still, as far from when that is due now."""
    if run.due_at is None or not run.tally.get("rested"):
        return timer.at
    if timer.kind == Timer.Kind.WAKE:
        return run.due_at
    alarms = sla.alarms(case.place_of(run).node["sla"])
    offset = next(one.offset for one in alarms if (one.kind, one.n) == (timer.kind, timer.n))
    return business_time.add(run.due_at, offset, _calendar(case, run)).at


def _length(node: dict[str, Any]) -> str:
    return node.get("for") or node["sla"]["due"]


def _is_moment(node: dict[str, Any]) -> bool:
    """Tell whether a wait ends at an hour of the world, which no rest puts off."""
    return node["type"] == "wait" and "until" in node


# ── From events to states ────────────────────────────────────────────────────
def _timers_set(case: Case, said: dict[str, Any], at: datetime, event: InstanceEvent) -> None:
    case.new += [
        Timer(
            id=UUID(one["timer"]),
            created_at=at,
            run_id=UUID(said["run"]),
            kind=one["kind"],
            n=one["n"],
            at=datetime.fromisoformat(one["at"]),
        )
        for one in said["timers"]
    ]


def _timed_out(case: Case, said: dict[str, Any], at: datetime, event: InstanceEvent) -> None:
    """Nobody has answered in time: what was asked of them has expired."""
    run = case.runs[UUID(said["run"])]
    for key in said["assignments"]:
        slot = case.held[UUID(key)]
        slot.move_to(Assignment.State.EXPIRED)
        case.touch(slot)
    run.pending = 0
    case.touch(run)


def _noted(case: Case, said: dict[str, Any], at: datetime, event: InstanceEvent) -> None:
    """That people were reminded, or others are asked beside them, changes no state."""


APPLY["timers_set"] = _timers_set
APPLY["timed_out"] = _timed_out
APPLY["time_reminded"] = _noted
APPLY["escalated"] = _noted
