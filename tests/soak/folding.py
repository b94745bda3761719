"""A request as its events alone tell it."""

from typing import Any

from approvals.engine import Case, apply
from approvals.models import Assignment, Instance, Party, Run

RUN = ("state", "approved", "rejected", "pending")


def told(instance: Instance) -> dict[Any, Any]:
    """Let the events happen again, on rows that nobody writes, and return every state they lead to."""
    fresh = Instance(pk=instance.pk, acting_org=instance.acting_org)
    parties = [Party(key=one.key, organization_id=one.organization_id) for one in instance.parties.all()]
    case, slots = Case(fresh, parties), {}
    for event in instance.events.order_by("seq"):
        case.changed |= slots
        apply(case, event)
        slots |= {row.pk: row for row in case.new if isinstance(row, Assignment)}
        for slot in slots.values():
            if slot.run_id in case.closed and slot.state == Assignment.State.PENDING:
                slot.state = Assignment.State.CANCELLED
    return _states(fresh, case.runs.values(), slots.values())


def kept(instance: Instance) -> dict[Any, Any]:
    return _states(instance, instance.runs.all(), instance.assignments.all())


def _states(instance: Instance, runs: Any, slots: Any) -> dict[Any, Any]:
    whole: dict[Any, Any] = {instance.pk: (instance.state, instance.number, instance.round)}
    whole |= {run.pk: tuple(getattr(run, name) for name in RUN) for run in runs}
    return whole | {slot.pk: slot.state for slot in slots}


def counted(run: Run) -> bool:
    """Tell whether a run's counters are those of its rows."""
    states = list(run.assignments.values_list("state", flat=True))
    open_ones = states.count(Assignment.State.PENDING) if run.state == Run.State.ACTIVE else 0
    found = (states.count(Assignment.State.APPROVED), states.count(Assignment.State.REJECTED), open_ones)
    return (run.approved, run.rejected, run.pending) == found
