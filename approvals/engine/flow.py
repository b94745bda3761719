"""Moving along: which node comes next, and what its end means for those around it.

Nodes that wait for nobody are passed in the same command; a flow that would pass too many of them stands still.
"""

from collections.abc import Callable

from approvals.engine.case import Case
from approvals.engine.contracts import too_few
from approvals.engine.runs import open_run, record, shut, suspend
from approvals.engine.votes import outcome_of_join
from approvals.models import Run
from approvals.tree import MEETING, Block, Node, Place

MOST_STEPS = 1_000
# How each kind of node begins; said where the kind is at home (nodes, splits, meetings, waits).
ENTER: dict[str, Callable[[Case, Node, Run | None], str | None]] = {}
# The way back leads into the flow again, so it is laid from there (back.py).
WAYS: dict[str, Callable[[Case, Run, str], None]] = {}
RESUMED: list[Callable[[Case, Run, Place], Block]] = []
PASSED = Run.State.APPROVED
REFUSED = Run.State.REJECTED


def begin(case: Case) -> None:
    """Enter the flow of a request."""
    outcome = walk(case, case.tree_of(None).flow, None)
    if outcome:
        settle(case, outcome)
    drain(case)


def walk(case: Case, block: Block, within: Run | None) -> str | None:
    """Pass the nodes of a block in order; return how it ended, None where it waits or all has ended already."""
    for node in block:
        outcome = enter(case, node, within)
        if outcome is None:
            return None
        target = sent_back(node, outcome)
        if target:
            case.back.append((case.last_of(node["id"], within), target))
            return None
        if stops(node, outcome):
            return REFUSED
    return PASSED


def stops(node: Node, outcome: str) -> bool:
    return outcome == REFUSED and node.get("on_reject") not in ("continue", "branch")


def enter(case: Case, node: Node, within: Run | None) -> str | None:
    """Begin a node; return how it ended, None while it waits."""
    case.steps += 1
    if case.steps > MOST_STEPS:
        suspend(case, open_run(case, node, within), "steps")
        return None
    return ENTER[node["type"]](case, node, within)


def count(case: Case, run: Run, key: str, outcome: str) -> str | None:
    """Count the end of a branch, once, and return how the split has ended by it."""
    if run.is_sealing:
        own = case.org_in(key)
        case.record("branch_ended", [own] if own else [], run=str(run.pk), branch=key, outcome=outcome)
    else:
        record(case, "branch_ended", run, branch=key, outcome=outcome)
    return outcome_of_join(run)


def close(case: Case, run: Run, outcome: str, said: str = "") -> None:
    """End a run and move along: to the next node, out of its branch, to the partner's answer, to the end.

    Args:
        said: what a partner's organization tells the others, where its step ends with this.
    """
    shut(case, run, outcome, said)
    carry_on(case, run, outcome, said)


def carry_on(case: Case, run: Run, outcome: str, said: str = "") -> None:
    """A run has just ended: move along from it."""
    here: Run | None = run
    while here is not None:
        place, within = case.place_of(here), case.parent_of(here)
        if here.is_open:
            shut(case, here, outcome, said)
        if within is not None and within.type == "confirm":  # one party's word among all
            found = count(case, within, here.party, outcome)
            if found is None:
                break
            here, outcome = within, found
            continue
        target = sent_back(place.node, outcome)
        if target:
            case.back.append((here, target))
            break
        ended = REFUSED if stops(place.node, outcome) else walk(case, following(case, here, place), within)
        here, outcome = leave(case, within, place.branch, ended)
    drain(case)


def following(case: Case, run: Run, place: Place) -> Block:
    """Return what comes after a run: as drawn, unless it was returned to and the way is resumed."""
    return place.following if "resume" not in run.tally else RESUMED[0](case, run, place)


def leave(case: Case, within: Run | None, branch: str, ended: str | None) -> tuple[Run | None, str]:
    """A block has ended: return the run around it if that ends by it, and how."""
    if ended is None:
        return None, ""
    if within is None:
        settle(case, ended)
        return None, ""
    if within.type != "party":
        found = count(case, within, branch, ended)
        return (within, found) if found else (None, "")
    if ended == PASSED and too_few(case, within):
        suspend(case, within, "floor")
        return None, ""
    return within, ended


def enter_at(case: Case, place: Place, within: Run | None) -> None:
    """Go on from a node in the middle of the flow."""
    ended = walk(case, place.block[place.at :], within)
    run, outcome = leave(case, within, place.branch, ended)
    if run is not None:
        close(case, run, outcome)
    drain(case)


def sent_back(node: Node, outcome: str) -> str:
    """Return where a refusal sends the request back to, nothing where it does not."""
    if outcome != REFUSED:
        return ""
    said = node.get("on_reject", "return_initiator" if node["type"] in MEETING else "")
    if said == "return_initiator":
        return "START"
    return said.removeprefix("return:") if said.startswith("return:") else ""


def drain(case: Case) -> None:
    """Return where refusals ask for it: one after the other, not one inside the other."""
    if case.is_draining:
        return
    case.is_draining = True
    while case.back:
        run, target = case.back.pop(0)
        WAYS["back"](case, run, target)
    case.is_draining = False


def settle(case: Case, state: str) -> None:
    """End the request; nothing of it stays open."""
    for run in case.open_runs:
        if run.is_open:
            shut(case, run, Run.State.CANCELLED)
    case.record("settled", case.everybody, org_id=case.host_id, state=state)
