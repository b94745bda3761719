"""After a word in a run: it ends, or the next one's turn comes, or somebody else is asked."""

from uuid import UUID

from approvals.assignees import Assignee
from approvals.engine.asking import ENDS, directory_of, instead
from approvals.engine.case import DIRECTORY, Case
from approvals.engine.flow import close
from approvals.engine.runs import named, record, suspend
from approvals.engine.votes import EMPTY, REJECTED, counted, outcome, outcome_of
from approvals.models import Assignment, Run
from kernel.acting import acting


def weigh(
    case: Case, run: Run, said: str = "", *, by: Assignment | None = None, is_loss: bool = False
) -> None:
    """Look at what the votes have come to, and move along.

    Args:
        said: what a partner's organization tells the others, should its step end with this.
        by: the slot that has changed; a helper's word is weighed among the helpers first.
        is_loss: whether somebody was taken out: what can then not be reached is nobody's no.
    """
    if by is not None and by.part.get("stance") in ("before", "after") and not helped(case, run, by, said):
        return
    found = outcome_of(run)
    if found == EMPTY:
        ask_instead(case, run)
    elif (
        found == REJECTED and is_loss and not (run.rejected and run.mode.get("kind", "any") in ("any", "all"))
    ):
        suspend(case, run, "quorum_lost")
    elif found:
        close(case, run, found, said)
    elif run.mode.get("kind") == "sequence":
        next_turn(case, run)


def helped(case: Case, run: Run, slot: Assignment, said: str) -> bool:
    """Weigh the helpers of one slot; tell whether the run itself is to be weighed as well."""
    group = run.tally["helpers"][str(slot.added_by_id)]
    found = outcome(group["mode"], counted(group))
    if found == REJECTED:
        close(case, run, REJECTED, said)
        return False
    others = [one for one in slots_of(case, run, *Assignment.OPEN) if one.added_by_id == slot.added_by_id]
    others = [one for one in others if one.part.get("stance") == group["stance"]]
    if found is None:
        if others and group["mode"].get("kind") == "sequence" and others[0].state == Assignment.State.WAITING:
            record(case, "turn_came", run, assignment=str(others[0].pk))
        return False
    if others:
        record(case, "helpers_closed", run, assignments=[str(one.pk) for one in others])
    if group["stance"] == "before" and slot.added_by_id:
        record(case, "turn_came", run, assignment=str(fetch(case, slot.added_by_id).pk))
        return False
    return True


def fetch(case: Case, key: UUID) -> Assignment:
    if key not in case.held:
        case.held[key] = Assignment.objects.select_related("run").get(pk=key, instance=case.instance)
    return case.held[key]


def slots_of(case: Case, run: Run, *states: str) -> list[Assignment]:
    """Return the slots of a run in these states, as this command has left them, in their order."""
    stored = Assignment.objects.filter(run=run).exclude(pk__in=list(case.held)).select_related("run")
    for one in stored.filter(state__in=states) if states else stored:
        case.held[one.pk] = one
    rows = (one for one in case.held.values() if one.run_id == run.pk and (one.state in states or not states))
    return sorted(rows, key=lambda one: (one.place, one.pk))


def next_turn(case: Case, run: Run) -> None:
    still = [one for one in slots_of(case, run, *Assignment.OPEN) if not one.part.get("stance")]
    if still and all(one.state == Assignment.State.WAITING for one in still) and not run.tally.get("before"):
        record(case, "turn_came", run, assignment=str(still[0].pk))


def ask_instead(case: Case, run: Run) -> None:
    """Nobody has said yes or no: do what the node says of nobody."""
    node = case.place_of(run).node
    empty = node.get("empty", "admin")
    if empty in ENDS:
        close(case, run, ENDS[empty])
        return
    with acting(DIRECTORY):
        there = asked_in(run)
        directory = directory_of(case, run.party_org_id, run.node)
        people = [one for one in instead(directory, empty) if one.user_id not in there]
    if people:
        add(case, run, people)
    else:
        suspend(case, run, "stalled")


def asked_in(run: Run) -> set[UUID]:
    return set(Assignment.objects.filter(run=run).values_list("principal_id", flat=True))


def add(case: Case, run: Run, people: list[Assignee]) -> None:
    record(case, "assigned", run, people=[named(one) for one in people], place=next_place(run))


def next_place(run: Run) -> int:
    last = Assignment.objects.filter(run=run).order_by("-place").values_list("place", flat=True).first()
    return (last or 0) + 1
