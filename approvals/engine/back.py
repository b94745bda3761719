"""Going back: what came after the target no longer counts, and the way is walked anew from there, or resumed."""

import hashlib
from typing import Any

from approvals.engine.case import Case
from approvals.engine.flow import RESUMED, WAYS, begin, enter_at
from approvals.engine.runs import open_run, record, shut
from approvals.errors import NotReached
from approvals.models import Run
from approvals.models.definitions import canonical
from approvals.tree import ASKING, Block, Place, Tree

START, PREVIOUS = "START", "previous"
PASSED = (Run.State.APPROVED, Run.State.DONE, Run.State.SKIPPED)


def material(case: Case) -> str:
    """Return one hash of the values that matter."""
    keys = [field["id"] for field in case.instance.version.fields if field.get("material")]
    values = {key: case.instance.form[key] for key in keys if key in case.instance.form}
    return hashlib.sha256(canonical(values)).hexdigest()


def look_back(case: Case) -> None:
    """Load the runs that have ended, too."""
    if not case.instance._state.adding:
        for run in Run.objects.filter(instance=case.instance).order_by("pk"):
            case.runs.setdefault(run.pk, run)


def go_back(case: Case, run: Run, target: str, mode: str = "replay", reason: str = "") -> None:
    """Return from a run to a node of the same flow, or to the start.

    Raises:
        NotReached: there is no such node, it was not passed, or it stands in a branch beside this one.
    """
    look_back(case)
    tree = case.tree_of(case.parent_of(run))
    if target == PREVIOUS:
        target = previous(case, tree, run) or START
    if target == START:
        to_start(case, run, mode, reason)
        return
    if target not in tree.places:
        raise NotReached
    place, shared = tree[target], tree.common(target, run.node)
    old = latest(case, run, target)
    if shared is None or old is None or (mode == "resume" and tree[run.node].block is not place.block):
        raise NotReached
    around = parent_at(case, tree, run, shared)
    end_run(case, run)
    gone = region(tree, target, shared)
    for one in same_flow(case, run):
        if one.node in gone and one.is_open:
            shut(case, one, Run.State.CANCELLED)
        elif one.node in gone and mode == "replay":
            supersede(case, one)
    told(case, run, target, mode, reason)
    within = reopen(case, tree, target, shared, around, run)
    case.is_returning = True
    enter_at(case, place, within)
    case.is_returning = False
    if mode == "resume":
        again = case.last_of(target, within)
        if again.is_open:
            record(case, "resumes", again, node=run.node, material=material(case))


def told(case: Case, run: Run, target: str, mode: str, reason: str) -> None:
    frame = case.frame_of(case.parent_of(run))
    inside = frame is not None and target != START
    audience = [frame.party_org_id] if inside and frame is not None else [case.host_id]
    if run.type == "party" or (frame is not None and target == START):
        audience = case.everybody
    node = frame.node if frame is not None and target == START else run.node
    case.record(
        "returned", audience, org_id=run.party_org_id, node=node, target=target, mode=mode,
        round=case.instance.round + (0 if target == START else 1), material=material(case),
        reason="" if audience == case.everybody else reason,
    )  # fmt: skip


def to_start(case: Case, run: Run, mode: str, reason: str) -> None:
    """Give the request back to who asked; nothing of it stays open."""
    told(case, run, START, mode, reason)
    end_run(case, run)
    frame = case.frame_of(case.parent_of(run))
    if frame is not None and frame.is_open:
        shut(case, frame, Run.State.RETURNED)
    for one in case.open_runs:
        if one.is_open:
            shut(case, one, Run.State.CANCELLED)
    if mode == "replay":
        forget(case)


def forget(case: Case) -> None:
    for one in list(case.runs.values()):
        supersede(case, one)


def start_again(case: Case) -> None:
    """Walk the whole way anew."""
    look_back(case)
    forget(case)
    begin(case)


def resume_at(case: Case, node: str) -> bool:
    """Go on at a node of the request's own flow; tell whether that was possible: it lies in no split."""
    place = case.tree_of(None).places.get(node)
    if place is None or place.split is not None:
        return False
    enter_at(case, place, None)
    return True


def resumed(case: Case, run: Run, place: Place) -> Block:
    """Go on where the request was returned from; where what matters has changed, all in between is asked again."""
    tree = case.tree_of(case.parent_of(run))
    if run.tally["material"] == material(case):
        return place.block[tree[run.tally["resume"]].at :]
    look_back(case)
    gone = region(tree, run.node, place.block)
    for one in same_flow(case, run):
        if one.node in gone and one is not run:
            supersede(case, one)
    return place.following


def end_run(case: Case, run: Run) -> None:
    if run.is_open:
        shut(case, run, Run.State.RETURNED if run.state == Run.State.ACTIVE else Run.State.CANCELLED)


def supersede(case: Case, run: Run) -> None:
    if run.state in PASSED:
        record(case, "run_superseded", run)
        for one in case.runs.values():
            if one.parent_id == run.pk:
                supersede(case, one)


# ── Where things stand ───────────────────────────────────────────────────────
def previous(case: Case, tree: Tree, run: Run) -> str | None:
    """Return the nearest node before a run at which somebody was asked."""
    found = [
        node["id"] for node in tree.nodes()
        if (node["type"] in ASKING or node["type"] == "party")
        and tree.common(node["id"], run.node) and latest(case, run, node["id"])
    ]  # fmt: skip
    return found[-1] if found else None


def latest(case: Case, run: Run, node: str) -> Run | None:
    """Return the last run of a node that still counts, in the flow of ``run``."""
    frame = case.frame_of(case.parent_of(run))
    found = [
        one for one in case.runs.values()
        if one.node == node and case.frame_of(case.parent_of(one)) is frame
        and one.state in (*PASSED, Run.State.REJECTED)
    ]  # fmt: skip
    return found[-1] if found else None


def region(tree: Tree, target: str, shared: Block) -> set[str]:
    """Return the target and all that follows it, up to the end of the block in which the ways meet."""
    found: set[str] = set()
    for place in tree.chain(target):
        first = place.at if place.node["id"] == target else place.at + 1
        for node in place.block[first:]:
            found.add(node["id"])
            found |= {one for one in tree.places if any(n == node["id"] for n, _b in tree.splits_around(one))}
        if place.block is shared:
            break
    return found


def parent_at(case: Case, tree: Tree, run: Run, shared: Block) -> Run | None:
    """Return the run that holds the block in which the ways meet."""
    here: Run | None = run
    while here is not None and tree[here.node].block is not shared:
        here = case.parent_of(here)
    return case.parent_of(here) if here else None


def same_flow(case: Case, run: Run) -> list[Run]:
    frame = case.frame_of(case.parent_of(run))
    return [one for one in case.runs.values() if case.frame_of(case.parent_of(one)) is frame]


def reopen(case: Case, tree: Tree, target: str, shared: Block, around: Run | None, run: Run) -> Run | None:
    """Open the joins around the target again, each for that branch only; return the innermost."""
    splits = []
    for place in tree.chain(target):
        if place.block is shared:
            break
        splits.append(tree[place.split or ""].node)
    within, branch_of = around, {place.split: place.branch for place in tree.chain(target)}
    for node in reversed(splits):
        old = latest(case, run, node["id"])
        if old is None:
            raise NotReached
        record(case, "run_superseded", old)
        within = open_run(case, node, within)
        kept: dict[str, Any] = {"approved": max(0, old.approved - 1), "rejected": old.rejected, "pending": 1}
        record(
            case, "branches_chosen", within, branches=old.mode["branches"], need=old.mode["need"], kept=kept,
            again=branch_of[node["id"]],
        )  # fmt: skip
    return within


WAYS["back"] = go_back
RESUMED.append(resumed)
