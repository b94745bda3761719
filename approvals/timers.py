"""When a step is due, and its timers: set as it begins, on the calendar of whoever is asked; folded like all else."""

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
MOVED[Run].append("due_at")


def begin(case: Case) -> None:
    """Set the hours of every step that this command has opened and that has patience; the others cost nothing."""
    patient = [
        (run, node["sla"])
        for run, _people in case.opened
        if run.due_at is None and run.is_open and "sla" in (node := case.place_of(run).node)
    ]
    for run, said in patient:
        _set(case, run, said)
    if patient:
        case.save()


def _set(case: Case, run: Run, said: dict[str, Any]) -> None:
    with acting(DIRECTORY):
        calendar = Calendar.objects.of(case.org(run.party_org_id))
    due = business_time.add(case.now, said["due"], calendar)
    hours = [(one, business_time.add(due.at, one.offset, calendar).at) for one in sla.alarms(said)]
    case.record(
        "due_set",
        case.everybody if run.type == "party" else [run.party_org_id],
        org_id=run.party_org_id,
        run=str(run.pk),
        due=due.at.isoformat(),
        provisional=due.provisional,
    )
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


# ── From events to states ────────────────────────────────────────────────────
def _due_set(case: Case, said: dict[str, Any], at: datetime, event: InstanceEvent) -> None:
    run = case.runs[UUID(said["run"])]
    run.due_at = datetime.fromisoformat(said["due"])
    case.touch(run)


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
        case.held[UUID(key)].move_to(Assignment.State.EXPIRED)
    run.pending = 0
    case.touch(run)


def _noted(case: Case, said: dict[str, Any], at: datetime, event: InstanceEvent) -> None:
    """That people were reminded changes no state."""


APPLY["due_set"] = _due_set
APPLY["timers_set"] = _timers_set
APPLY["timed_out"] = _timed_out
APPLY["time_reminded"] = _noted
