"""A request as its events alone tell it, held against its rows: the two never differ."""

from typing import Any

from approvals.engine import Case, apply
from approvals.engine.chain import first_broken
from approvals.models import Assignment, Instance, Party, Run
from approvals.seals import first_unsound

RUN = (
    "state", "reason", "parent_id", "party_org_id", "round", "version_id", "mode", "approved", "rejected",
    "abstained", "pending", "tally", "said", "due_at",
)  # fmt: skip
SLOT = ("state", "actor_id", "form_rev", "weight", "part", "place", "added_by_id", "view_hash")


def told(instance: Instance) -> dict[Any, Any]:
    """Let the events happen again, on rows that nobody writes, and return every state they lead to."""
    fresh = Instance(
        pk=instance.pk, acting_org=instance.acting_org, initiator_id=instance.initiator_id,
        version_id=instance.version_id,
    )  # fmt: skip
    parties = [Party(key=one.key, organization_id=one.organization_id) for one in instance.parties.all()]
    case = Case(fresh, parties)
    for event in instance.events.order_by("seq"):
        apply(case, event)
    return _states(fresh, case.runs.values(), case.held.values())


def kept(instance: Instance) -> dict[Any, Any]:
    return _states(instance, instance.runs.all(), instance.assignments.all())


def _states(instance: Instance, runs: Any, slots: Any) -> dict[Any, Any]:
    whole: dict[Any, Any] = {
        instance.pk: (instance.state, instance.number, instance.round, instance.keeper_id)
    }
    whole |= {run.pk: tuple(getattr(run, name) for name in RUN) for run in runs}
    return whole | {slot.pk: tuple(getattr(slot, name) for name in SLOT) for slot in slots}


def counted(run: Run) -> bool:
    """Tell whether a run's counters are those of its rows."""
    slots = [one for one in run.assignments.all() if one.part.get("stance") not in ("before", "after")]
    states = [one.state for one in slots]
    yes = states.count(Assignment.State.APPROVED) + states.count(Assignment.State.AUTO_APPROVED)
    still = sum(1 for one in states if one in Assignment.OPEN)
    found = (yes, states.count(Assignment.State.REJECTED), states.count(Assignment.State.ABSTAINED), still)
    return (run.approved, run.rejected, run.abstained, run.pending) == found


def faults(instance: Instance) -> list[str]:
    """Return what does not agree: events and rows, counters and votes, the links between events, the seals."""
    found = []
    if told(instance) != kept(instance):
        found.append("events and rows")
    if not all(counted(run) for run in instance.runs.all() if run.asks):
        found.append("counters")
    events = list(instance.events.order_by("seq"))
    if first_broken(instance, events):
        found.append("links")
    if first_unsound(instance, events):
        found.append("seals")
    return found
