"""From events to states: the only place where they change.

Whoever reads the events of a request again, in order, comes to the same rows.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from approvals.engine.votes import cast_vote, enrol, strike, take_back
from approvals.models import Assignment, Instance, InstanceEvent, Run

if TYPE_CHECKING:
    from approvals.engine.case import Case

Said = dict[str, Any]


def apply(case: "Case", event: InstanceEvent) -> None:
    APPLY[event.type](case, event.payload, event.at, event)


def derive(case: "Case") -> None:
    """A request is suspended when all that it waits for is; what only holds other runs together does not count."""
    instance = case.instance
    if instance.state not in (Instance.State.RUNNING, Instance.State.SUSPENDED):
        return
    runs = case.open_runs
    around = {run.parent_id for run in runs}
    leaves = [run.state for run in runs if run.pk not in around]
    if leaves:
        is_still = set(leaves) == {Run.State.SUSPENDED}
        instance.state = Instance.State.SUSPENDED if is_still else Instance.State.RUNNING


def _run(case: "Case", said: Said) -> Run:
    run = case.runs[UUID(said["run"])]
    case.touch(run)
    return run


def _slot(case: "Case", said: Said) -> Assignment:
    slot = case.held[UUID(said["assignment"])]
    case.touch(slot)
    return slot


# ── The request ──────────────────────────────────────────────────────────────
def _submitted(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    case.instance.move_to(Instance.State.RUNNING)
    case.instance.number, case.instance.round = said["number"], said["round"]
    case.instance.submitted_at = at
    case.instance.choices = said.get("choices", {})


def _settled(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    if case.instance.state == Instance.State.SUSPENDED:  # what stood still was not needed any more
        case.instance.move_to(Instance.State.RUNNING)
    case.instance.move_to(said["state"])
    case.instance.settled_at = at


def _withdrawn(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    case.instance.move_to(Instance.State.WITHDRAWN)
    case.instance.settled_at = at
    for run in case.open_runs:
        _end(case, run, Run.State.CANCELLED, at)


def _returned(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    instance = case.instance
    if said["target"] == "START":
        if instance.state == Instance.State.SUSPENDED:
            instance.move_to(Instance.State.RUNNING)
        instance.move_to(Instance.State.RETURNED)
        case.is_given_back = True
    instance.round = said["round"]


def _resubmitted(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    case.instance.move_to(Instance.State.RUNNING)
    case.instance.round = said["round"]


def _handed_over(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    case.instance.keeper_id = UUID(said["person"])


def _terminated(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    case.instance.move_to(Instance.State.TERMINATED)
    case.instance.settled_at = at


def _voided(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    case.instance.move_to(Instance.State.VOIDED)


def _discarded(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    case.instance.move_to(Instance.State.DISCARDED)


def _taken_up(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    case.instance.move_to(Instance.State.DRAFT)


def _withdrawal_proposed(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    case.instance.proposal = {"asks": said["asks"]}


def _withdrawal_answered(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    still = [one for one in case.instance.proposal["asks"] if one != said["org"]]
    case.instance.proposal = {"asks": still} if said["agrees"] and still else {}


def _party_replaced(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    party = case.parties[said["party"]]
    still = [one for one in case.instance.proposal.get("asks", []) if one != str(party.organization_id)]
    case.instance.proposal = {"asks": still} if still else {}
    party.organization_id, party.asked_at = UUID(said["org"]), None
    case.touch(party)
    case.instance.round = said["round"]
    case.instance.form = case.instance.form | said["fields"]
    case.instance.form_rev += 1 if said["fields"] else 0


def _fields_set(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    case.instance.form = {
        name: value for name, value in (case.instance.form | said["fields"]).items() if value is not None
    }
    case.instance.form_rev = said["form_rev"]


def _noted(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    """What is said, or written on a draft, changes no state."""


# ── Runs ─────────────────────────────────────────────────────────────────────
def _run_opened(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    run = Run.made(
        id=UUID(said["run"]),
        created_at=at,
        instance_id=case.instance.pk,
        parent_id=UUID(said["parent"]) if said["parent"] else None,
        node=said["node"],
        type=said["type"],
        party=said["party"],
        party_org_id=UUID(said["org"]),
        mode=said["mode"],
        round=case.instance.round,
        version_id=UUID(said["version"]) if "version" in said else None,
    )
    case.runs[run.pk] = run
    case.new.append(run)
    party = case.parties.get(run.party) if run.type == "party" else None
    if party is not None:
        party.asked_at = at
        case.touch(party)
    _ask(case, run, said["people"], at)
    case.opened.append((run, [UUID(one["user"]) for one in said["people"] if _is_told(one)]))
    derive(case)


def _ask(case: "Case", run: Run, people: list[Said], at: datetime, first: int = 1) -> None:
    """Open a slot for each; a copy waits for nobody."""
    for place, one in enumerate(people, start=first):
        slot = Assignment(
            id=UUID(one["assignment"]),
            created_at=at,
            instance_id=case.instance.pk,
            run=run,
            principal_id=UUID(one["user"]),
            place=place,
            state=one.get("state", Assignment.State.PENDING),
            weight=one.get("weight", 1),
            part=one.get("part", {}),
            added_by_id=UUID(one["added_by"]) if "added_by" in one else None,
        )
        case.new.append(slot)
        case.held[slot.pk] = slot
        if slot.is_open or slot.state == Assignment.State.AUTO_APPROVED:
            enrol(run, slot)
        if slot.state == Assignment.State.AUTO_APPROVED:
            cast_vote(run, slot, slot.state)


def _assigned(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    """More people are asked in a run that is open."""
    run = _run(case, said)
    _ask(case, run, said["people"], at, said["place"])
    case.opened.append((run, [UUID(one["user"]) for one in said["people"] if _is_told(one)]))


def _helpers_added(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    """Before: whoever asked them waits. After: their own word stands already. Parallel: one vote more each."""
    run, slot = _run(case, said), _slot(case, said)
    if said["stance"] == "before":
        slot.move_to(Assignment.State.WAITING)
    if said["stance"] != "parallel":
        run.tally.setdefault("helpers", {})[str(slot.pk)] = {"mode": said["mode"], "stance": said["stance"]}
    _ask(case, run, said["people"], at, said["place"])
    case.opened.append((run, [UUID(one["user"]) for one in said["people"] if _is_told(one)]))


def _helpers_closed(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    run = _run(case, said)
    for key in said["assignments"]:
        slot = _slot(case, {"assignment": key})
        slot.move_to(Assignment.State.CANCELLED)
        strike(run, slot)


def _removed(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    run, slot = _run(case, said), _slot(case, said)
    slot.move_to(Assignment.State.REMOVED)
    strike(run, slot)


def _transferred(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    """Another takes the place, with its weight and all that hangs on it."""
    run, slot = _run(case, said), _slot(case, said)
    slot.move_to(said["state"])
    strike(run, slot)
    _ask(case, run, said["people"], at, slot.place)
    case.opened.append((run, [UUID(one["user"]) for one in said["people"] if _is_told(one)]))


def _sent_back(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    run, slot = _run(case, said), _slot(case, said)
    slot.move_to(Assignment.State.RETURNED)
    slot.actor_id, slot.decided_at, slot.form_rev = event.actor_id, at, said["form_rev"]
    strike(run, slot)


def _retracted(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    run, slot = _run(case, said), _slot(case, said)
    take_back(run, slot, slot.state)
    slot.move_to(Assignment.State.PENDING)
    slot.actor_id = slot.decided_at = slot.form_rev = None
    slot.view_hash = ""


def _turn_waits(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    _run(case, said)
    _slot(case, said).move_to(Assignment.State.WAITING)


def _turn_came(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    run, slot = _run(case, said), _slot(case, said)
    slot.move_to(Assignment.State.PENDING)
    case.opened.append((run, [slot.principal_id]))


def _is_told(one: Said) -> bool:
    return one.get("state", "PENDING") in ("PENDING", "COPIED")


def _branches_chosen(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    run = _run(case, said)
    run.mode = {key: said[key] for key in ("branches", "need", "sealed", "hash") if key in said}
    run.pending, run.approved, run.rejected = len(said["branches"]), 0, 0
    for name, value in said.get("kept", {}).items():  # opened again for one branch
        setattr(run, name, value)


def _branch_ended(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    run = _run(case, said)
    run.pending -= 1
    if said["outcome"] == Run.State.REJECTED:
        run.rejected += 1
    else:
        run.approved += 1


def _run_suspended(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    run = _run(case, said)
    run.move_to(Run.State.SUSPENDED)
    run.reason = said["reason"]
    case.stalled.append(run)
    derive(case)


def _run_superseded(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    _run(case, said).move_to(Run.State.SUPERSEDED)


def _resumes(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    _run(case, said).tally |= {"resume": said["node"], "material": said["material"]}


def _run_resumed(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    run, was = _run(case, said), case.instance.state
    run.move_to(Run.State.ACTIVE)
    run.reason = ""
    derive(case)
    stood_still = was == Instance.State.SUSPENDED != case.instance.state
    case.resumed += [
        one for one in case.open_runs if one is run or (stood_still and one.state == Run.State.ACTIVE)
    ]


def _child_started(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    _run(case, said).tally |= {"child": said["child"], "number": said["number"]}


def _called(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    _run(case, said).tally["called"] = True


def _due_set(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    """When people should have answered, or a wait is over; said again after a rest."""
    run = _run(case, said)
    if run.due_at is not None:
        run.tally["rested"] = True
    run.due_at = datetime.fromisoformat(said["due"])


def _run_closed(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    run = _run(case, said)
    _end(case, run, said["outcome"], at)
    if run.type == "party":
        run.said = said.get("said", "")
        if run.state in Run.ANSWERS:
            case.answered.append(run)
    derive(case)


def _end(case: "Case", run: Run, state: str, at: datetime) -> None:
    """Close a run; whoever it still waits for need not answer any more."""
    run.move_to(state)
    run.settled_at = at
    case.touch(run)
    if run.asks and (run.pending or run.tally.get("before") or run.tally.get("after")):
        case.closed.append(run.pk)
        for slot in case.held.values():
            if slot.run_id == run.pk and slot.is_open:
                slot.state = Assignment.State.CANCELLED
    run.pending = 0


# ── Votes ────────────────────────────────────────────────────────────────────
def _decided(case: "Case", said: Said, at: datetime, event: InstanceEvent) -> None:
    run, slot = _run(case, said), _slot(case, said)
    slot.move_to(said["verdict"])
    slot.actor_id, slot.decided_at, slot.form_rev = event.actor_id, at, said["form_rev"]
    slot.view_hash = said.get("view", "")
    cast_vote(run, slot, said["verdict"])
    if "choices" in said:
        case.instance.choices = case.instance.choices | said["choices"]


APPLY: dict[str, Callable[["Case", Said, datetime, InstanceEvent], None]] = {
    "drafted": _noted,
    "edited": _noted,
    "discarded": _discarded,
    "taken_up": _taken_up,
    "submitted": _submitted,
    "run_opened": _run_opened,
    "assigned": _assigned,
    "turn_came": _turn_came,
    "turn_waits": _turn_waits,
    "helpers_added": _helpers_added,
    "helpers_closed": _helpers_closed,
    "removed": _removed,
    "transferred": _transferred,
    "retracted": _retracted,
    "branches_chosen": _branches_chosen,
    "branch_ended": _branch_ended,
    "run_suspended": _run_suspended,
    "run_superseded": _run_superseded,
    "resumes": _resumes,
    "sent_back": _sent_back,
    "returned": _returned,
    "resubmitted": _resubmitted,
    "handed_over": _handed_over,
    "terminated": _terminated,
    "run_resumed": _run_resumed,
    "due_set": _due_set,
    "child_started": _child_started,
    "child_ended": _noted,
    "called": _called,
    "answered": _noted,
    "decided": _decided,
    "fields_set": _fields_set,
    "run_closed": _run_closed,
    "settled": _settled,
    "withdrawn": _withdrawn,
    "commented": _noted,
    "withdrawal_proposed": _withdrawal_proposed,
    "withdrawal_word": _noted,
    "withdrawal_answered": _withdrawal_answered,
    "party_replaced": _party_replaced,
    "voided": _voided,
    "superseded_by": _noted,
    "wrote": _noted,
    "steered": _noted,
    "reminded": _noted,
    "copied": _noted,
}
