"""What is recorded of a run: that it begins, stands still, ends; for those alone who may know of it."""

from typing import Any
from uuid import UUID

from approvals.assignees import Assignee
from approvals.engine.case import Case
from approvals.models import Assignment, Run, Version
from approvals.tree import Node
from kernel.nouns import uuid7


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
