"""Moving along: which node comes next, what it opens, and what its end means for those around it.

Nodes that wait for nobody are passed in the same command; a flow that would pass too many of them stands still.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from approvals.assignees import Assignee
from approvals.conditions import Scope, Unclear, holds, is_reference
from approvals.engine.asking import asked, directory_of
from approvals.engine.case import DIRECTORY, Case
from approvals.engine.contracts import shared_hash, terms, too_few
from approvals.engine.facts import fact
from approvals.engine.sight import shown_fields
from approvals.engine.votes import outcome_of, outcome_of_join
from approvals.models import Assignment, Run, Version
from approvals.tree import DEFAULT, MEETING, Block, Node, Place, branches
from kernel.acting import acting
from kernel.nouns import uuid7

MOST_STEPS = 1_000
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


# ── Nodes ────────────────────────────────────────────────────────────────────
def enter_asking(case: Case, node: Node, within: Run | None) -> str | None:
    """Ask people. Where nobody can be found, or not as many as it takes, the step stands still."""
    people, ended = asked(case, node, within)
    run = open_run(case, node, within, people=people)
    if ended:
        return shut(case, run, ended)
    if not people:
        suspend(case, run, "stalled")
        return None
    found = outcome_of(run)
    if found == REFUSED:
        suspend(case, run, "quorum_lost")
        return None
    return shut(case, run, found) if found else None


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


def enter_split(case: Case, node: Node, within: Run | None) -> str | None:
    run = open_run(case, node, within)
    return split(case, run, node)


def split(case: Case, run: Run, node: Node) -> str | None:
    """Choose the branches of a split and begin them."""
    try:
        keys = chosen(case, node, run)
    except Unclear:
        suspend(case, run, "condition")
        return None
    record(case, "branches_chosen", run, branches=keys, need=needed(node, len(keys)))
    for key in keys:
        outcome = walk(case, case.tree_of(run).block_of(node, key), run)
        if not run.is_open:
            return None
        decided = count(case, run, key, outcome) if outcome else None
        if decided:
            return shut(case, run, decided)
    return None


def chosen(case: Case, node: Node, within: Run) -> list[str]:
    """Return the branches to take: the first that is true, all that are, or every one."""
    if node["type"] == "parallel":
        return [one.key for one in branches(node)]
    scope = scope_of(case, within)
    found: list[str] = []
    for one in branches(node):
        if one.key != DEFAULT and holds(one.on, scope):
            found.append(one.key)
            if node["type"] == "branch":
                break
    return found or [DEFAULT]


def needed(node: Node, count: int) -> int:
    join = node.get("join", "all")
    return {"all": count, "first": 1}.get(join, join) if isinstance(join, str) else min(join, count)


def count(case: Case, run: Run, key: str, outcome: str) -> str | None:
    """Count the end of a branch, once, and return how the split has ended by it."""
    if run.is_sealing:
        own = case.org_in(key)
        case.record("branch_ended", [own] if own else [], run=str(run.pk), branch=key, outcome=outcome)
    else:
        record(case, "branch_ended", run, branch=key, outcome=outcome)
    return outcome_of_join(run)


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


def enter_cc(case: Case, node: Node, within: Run | None) -> str | None:
    directory = directory_of(case, case.org_of(within), node["id"])
    with acting(DIRECTORY):
        found = directory.people(node["who"], self_rule="allow", besides=node.get("except", ()))
    copies = [replace(one, state=Assignment.State.COPIED) for one in found]
    run = open_run(case, node, within, people=copies)
    return shut(case, run, Run.State.DONE)


def enter_set(case: Case, node: Node, within: Run | None) -> str | None:
    """Write fields: constants, or what another field holds at this moment."""
    run = open_run(case, node, within)
    form = case.instance.form
    values = {
        name: form.get(said[1:]) if is_reference(said) else said for name, said in node["fields"].items()
    }
    record(case, "fields_set", run, fields=values, form_rev=case.instance.form_rev + 1)
    return shut(case, run, Run.State.DONE)


def enter_end(case: Case, node: Node, within: Run | None) -> str | None:
    """End the flow it stands in, whatever else is under way there."""
    outcome = REFUSED if node.get("outcome") == "rejected" else PASSED
    frame = case.frame_of(within)
    if frame is None:
        settle(case, outcome)
    else:
        close(case, frame, outcome)
    return None


ENTER = {
    "approve": enter_asking,
    "handle": enter_asking,
    "party": enter_party,
    "branch": enter_split,
    "inclusive": enter_split,
    "parallel": enter_split,
    "confirm": enter_confirm,
    "cc": enter_cc,
    "set": enter_set,
    "end": enter_end,
}


# ── Opening and closing ──────────────────────────────────────────────────────
def open_run(
    case: Case,
    node: Node,
    within: Run | None,
    *,
    people: list[Assignee] | None = None,
    party: str | None = None,
    org_id: UUID | None = None,
    version: Version | None = None,
) -> Run:
    frame, run_id, by = case.frame_of(within), uuid7(), case.org_of(within)
    org_id, kind = org_id or by, "party" if party else node["type"]
    extra = {"version": str(version.pk)} if version else {}
    case.record(
        "run_opened",
        case.everybody if kind in ("party", "confirm") else [org_id],
        org_id=by,
        run=str(run_id),
        parent=str(within.pk) if within else None,
        node=node["id"],
        type=kind,
        party=party or (frame.party if frame else ""),
        org=str(org_id),
        mode=node.get("mode", {"kind": "any"}) if node["type"] in ("approve", "handle") else {},
        people=[named(one) for one in people or ()],
        **extra,
    )
    return case.runs[run_id]


def named(one: Assignee) -> dict[str, Any]:
    """Return how an event names a slot: what is as usual is left out."""
    said: dict[str, Any] = {"assignment": str(uuid7()), "user": str(one.user_id), "by": one.by}
    if one.state != Assignment.State.PENDING:
        said["state"] = one.state
    if one.weight != 1:
        said["weight"] = one.weight
    if one.added_by:
        said["added_by"] = str(one.added_by)
    return said | {"part": one.part} if one.part else said


def record(case: Case, happened: str, run: Run, /, **payload: Any) -> None:
    """Record what happened to a run, for those who may know of it."""
    audience = [run.party_org_id]
    if run.type in ("party", "confirm") and not is_sealed(case, run):
        audience = case.everybody
    case.record(happened, audience, org_id=run.party_org_id, run=str(run.pk), **payload)


def is_sealed(case: Case, run: Run) -> bool:
    """Tell whether a party's answer is kept from the others until all are in."""
    around = case.parent_of(run)
    return around is not None and around.type == "confirm" and bool(around.mode.get("sealed"))


def suspend(case: Case, run: Run, reason: str) -> None:
    record(case, "run_suspended", run, reason=reason)


def shut(case: Case, run: Run, outcome: str, said: str = "") -> str:
    """End a run and what is still open inside it, without looking at what follows."""
    for inner in case.inside(run):
        record(case, "run_closed", inner, outcome=Run.State.CANCELLED, said="")
    record(case, "run_closed", run, outcome=outcome, said=said if run.type == "party" else "")
    return outcome


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


def scope_of(case: Case, within: Run | None = None) -> Scope:
    """Return what a condition looks at; inside a partner's step no more than that partner sees."""
    frame = case.frame_of(within)
    form, listed = case.instance.form, case.instance.version.fields
    if frame is not None:
        listed = shown_fields(case, frame.party_org_id)
        form = {field["id"]: form[field["id"]] for field in listed if field["id"] in form}
    return Scope(listed, form, lambda words: fact(case, words, frame))
