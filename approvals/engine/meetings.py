"""Where other organizations take part: a step that is a partner's own, and one word of all upon the same."""

from approvals.engine.case import DIRECTORY, Case
from approvals.engine.contracts import shared_hash, terms, too_few
from approvals.engine.flow import ENTER, PASSED, carry_on, count, walk
from approvals.engine.runs import open_run, record, shut, suspend
from approvals.models import Run
from approvals.tree import Block, Node
from kernel.acting import acting


def enter_party(case: Case, node: Node, within: Run | None) -> str | None:
    """Hand over to a partner; an optional party that nobody was bound to is passed by."""
    if case.org_in(node["party"]) is None:
        return Run.State.SKIPPED
    return meet(case, node, within, node["party"])


def meet(case: Case, node: Node, within: Run | None, key: str) -> str | None:
    """Open a party's step and go its own way inside, as it is laid down at this moment."""
    org_id = case.org_in(key)
    assert org_id is not None
    with acting(DIRECTORY):
        active, version = terms(case, org_id)
    run = open_run(case, node, within, party=key, org_id=org_id, version=version)
    if not active:
        suspend(case, run, "partnership")
        return None
    if case.is_trial:
        return None
    return fulfil(case, run, walk(case, entry_of(case, run), run))


def fulfil(case: Case, run: Run, outcome: str | None) -> str | None:
    """End a party's step, unless its yes has fewer people behind it than the contract wants."""
    if outcome == PASSED and too_few(case, run):
        suspend(case, run, "floor")
        return None
    return shut(case, run, outcome) if outcome else None


def entry_of(case: Case, run: Run) -> Block:
    """Return where a partner's step begins: anew, or where it lets itself be returned to."""
    flow = case.tree_of(run).flow
    if case.is_returning:
        case.is_returning = False
        return next((flow[at:] for at, node in enumerate(flow) if node.get("return_entry")), flow)
    return flow


def enter_confirm(case: Case, node: Node, within: Run | None) -> str | None:
    """Have all parties sign one hash of what they share; those that nobody was bound to are passed by."""
    keys = [key for key in node["parties"] if case.org_in(key) is not None]
    run = open_run(case, node, within)
    return confirm(case, run, node, keys)


def confirm(case: Case, run: Run, node: Node, keys: list[str]) -> str | None:
    """Ask every party for its word, all upon the same."""
    record(
        case, "branches_chosen", run, branches=keys, need=len(keys),
        sealed=bool(node.get("sealed")), hash=shared_hash(case, keys),
    )  # fmt: skip
    for key in keys:
        outcome = meet(case, node, run, key)
        if not run.is_open:
            return None
        decided = count(case, run, key, outcome) if outcome else None
        if decided:
            return shut(case, run, decided)
    return None


def renew(case: Case) -> None:
    """Ask all parties again whose common form has changed before they had all signed."""
    for run in case.open_runs:
        if (
            run.type == "confirm"
            and run.is_open
            and run.mode["hash"] != shared_hash(case, run.mode["branches"])
        ):
            for inner in case.inside(run):
                record(case, "run_closed", inner, outcome=Run.State.CANCELLED, said="")
            outcome = confirm(case, run, case.place_of(run).node, run.mode["branches"])
            if outcome:
                carry_on(case, run, outcome)


ENTER |= {"party": enter_party, "confirm": enter_confirm}
