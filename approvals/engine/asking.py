"""Who is asked when a step begins, in the order of the rules: named, fitting, once, not twice for the same, never nobody."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from approvals.assignees import Assignee, Directory
from approvals.engine.case import DIRECTORY, Case
from approvals.models import Assignment, Run
from approvals.tree import Node
from kernel.acting import acting

AUTO = Assignment.State.AUTO_APPROVED
ENDS = {"auto_pass": Run.State.SKIPPED, "auto_reject": Run.State.REJECTED}


def asked(case: Case, node: Node, within: Run | None) -> tuple[list[Assignee], str | None]:
    """Return who is asked; where nobody is left to be, how the step ends, or nothing at all."""
    org_id = case.org_of(within)
    directory, policy = directory_of(case, org_id, node["id"]), case.policy_of(within)
    with acting(DIRECTORY):
        people = _by_groups(directory, node, policy) if _is_grouped(node) else _named(directory, node, policy)
        if not people:
            empty = node.get("empty", "admin")
            if isinstance(empty, str) and empty in ENDS:
                return [], ENDS[empty]
            people = instead(directory, empty)
        if not _signs(case, within):
            people = _passed(case, node, org_id, policy, people)
    return _in_turn(node, people), None


def directory_of(case: Case, org_id: UUID, node: str = "") -> Directory:
    return Directory(
        org_id,
        case.instance.asker_id,
        case.host_id,
        [one for one in case.everybody if one not in (org_id, case.host_id)],
        form=case.instance.form,
        strangers=case.strangers_to(org_id),
        choices=case.instance.choices,
        decided=lambda step: _who_decided(case, step, org_id),
        node=node,
        contacts=case.contacts.get(org_id),
    )


def _is_grouped(node: Node) -> bool:
    return node.get("mode", {}).get("kind") == "groups"


def _named(directory: Directory, node: Node, policy: dict[str, Any]) -> list[Assignee]:
    found = directory.people(
        node["who"], self_rule=policy.get("self", "manager"), besides=node.get("except", ())
    )
    weights = node.get("mode", {}).get("weights", {})
    return [replace(one, weight=weights.get(str(one.user_id), 1)) for one in found] if weights else found


def _by_groups(directory: Directory, node: Node, policy: dict[str, Any]) -> list[Assignee]:
    """Return everybody once, with the groups in which their word counts; a group of nobody is the admins'."""
    found: dict[UUID, Assignee] = {}
    for place, group in enumerate(node["mode"]["groups"]):
        besides = node.get("except", ())
        people = directory.people(group["who"], self_rule=policy.get("self", "manager"), besides=besides)
        weights = group.get("mode", {}).get("weights", {})
        for one in people or directory.fallback():
            part = found.get(one.user_id, one).part
            part = {"groups": [*part.get("groups", []), place], "weights": dict(part.get("weights", {}))}
            if str(one.user_id) in weights:
                part["weights"][str(place)] = weights[str(one.user_id)]
            found[one.user_id] = replace(found.get(one.user_id, one), part=part)
    return list(found.values())


def instead(directory: Directory, empty: Any) -> list[Assignee]:
    """Return who is asked where the rules name nobody: those whom the node names, else who steers."""
    if isinstance(empty, dict):
        return directory.named(empty["users"], "empty") or directory.fallback()
    if empty == "initiator_choice":
        return directory.people([{"initiator_choice": {}}]) or directory.fallback()
    return directory.fallback()


# ── Who has said it already ──────────────────────────────────────────────────
def _passed(
    case: Case, node: Node, org_id: UUID, policy: dict[str, Any], people: list[Assignee]
) -> list[Assignee]:
    """Approve for those who approved the same form for the same organization before; never what a signature seals."""
    rule = policy.get("dedupe", "consecutive")
    if rule == "none" or node["type"] != "approve" or node.get("signature"):
        return people
    before = _approved_before(case, org_id, [one.user_id for one in people], everywhere=rule == "all")
    return [
        replace(one, state=AUTO, by=f"{one.by},dedupe") if one.user_id in before else one for one in people
    ]


def _signs(case: Case, within: Run | None) -> bool:
    """Tell whether a yes here signs what all parties share: nobody has said that before."""
    frame = case.frame_of(within)
    around = case.parent_of(frame) if frame else None
    return around is not None and around.type == "confirm"


def _approved_before(case: Case, org_id: UUID, people: list[UUID], *, everywhere: bool) -> set[UUID]:
    last = case.voted
    if not everywhere and (
        last is None
        or last.party_org_id != org_id
        or last.type != "approve"
        or last.state != Run.State.APPROVED
    ):
        return set()
    rows = [one for one in case.held.values() if one.state == Assignment.State.APPROVED]
    mine = {one.pk for one in rows}
    if not case.instance._state.adding and (everywhere or (last and last.approved > 1)):
        stored = Assignment.objects.filter(instance=case.instance, state="APPROVED", principal__in=people)
        rows += [one for one in stored.select_related("run") if one.pk not in mine]
    return {
        one.principal_id
        for one in rows
        if one.actor_id == one.principal_id and one.form_rev == case.instance.form_rev
        and (one.run.party_org_id == org_id and one.run.state != Run.State.SUPERSEDED if everywhere
             else last is not None and one.run_id == last.pk)
    }  # fmt: skip


def _who_decided(case: Case, step: str, org_id: UUID) -> list[UUID]:
    """Return the people of this side who decided the last run of a step."""
    rows: Iterable[Assignment] = [one for one in case.held.values() if one.run.node == step]
    known = {one.pk for one in rows}
    stored = Assignment.objects.filter(instance=case.instance, run__node=step, run__party_org=org_id)
    rows = [*rows, *(one for one in stored.select_related("run") if one.pk not in known)]
    last = max((one.run_id for one in rows), default=None)
    decided = [one for one in rows if one.run_id == last and one.state in Assignment.DECIDED]
    return [one.principal_id for one in sorted(decided, key=lambda one: one.place)]


def _in_turn(node: Node, people: list[Assignee]) -> list[Assignee]:
    """In a sequence one is asked, and the others wait for their turn."""
    if node.get("mode", {}).get("kind") != "sequence":
        return people
    turn = next((n for n, one in enumerate(people) if one.state == "PENDING"), None)
    return [
        replace(one, state=Assignment.State.WAITING) if one.state == "PENDING" and n != turn else one
        for n, one in enumerate(people)
    ]
