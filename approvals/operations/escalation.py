"""Nobody has answered in time: somebody above them is asked, beside them or in their place."""

from dataclasses import replace
from typing import Any

from approvals import sla
from approvals.assignees import Assignee
from approvals.engine import DIRECTORY, Case
from approvals.engine.asking import directory_of
from approvals.engine.runs import named
from approvals.engine.turns import asked_in, next_place, slots_of
from approvals.models import Assignment, Run
from approvals.operations.voices import heir
from kernel.acting import acting
from orgs.models import Membership


def escalate(case: Case, run: Run) -> None:
    """Ask for each who is late their manager, who holds a position, or who steers; nobody is asked twice."""
    node = case.place_of(run).node
    _kind, more = sla.ending(node["sla"])
    stance = sla.stance(node, more)
    late = slots_of(case, run, Assignment.State.PENDING)
    with acting(DIRECTORY):
        there = asked_in(run)
        found = {slot.pk: _above(case, run, slot, more.get("to", "manager"), there) for slot in late}
    case.record(
        "escalated", [run.party_org_id], org_id=run.party_org_id, run=str(run.pk), stance=stance,
        assignments=[str(one.pk) for one in late],
    )  # fmt: skip
    if stance == "add":
        _beside(case, run, late, found)
    else:
        _instead(case, run, late, found)


def _beside(case: Case, run: Run, late: list[Assignment], found: dict[Any, list[Assignee]]) -> None:
    asked: dict[Any, Assignee] = {}
    for slot in late:
        part = {"groups": slot.part["groups"]} if "groups" in slot.part else {}
        for one in found[slot.pk]:
            asked.setdefault(one.user_id, replace(one, by="escalated", weight=slot.weight, part=part))
    if asked:
        case.record(
            "assigned", [run.party_org_id], org_id=run.party_org_id, run=str(run.pk),
            people=[named(one) for one in asked.values()], place=next_place(run),
        )  # fmt: skip


def _instead(case: Case, run: Run, late: list[Assignment], found: dict[Any, list[Assignee]]) -> None:
    taken = set()
    for slot in late:
        person = next((one for one in found[slot.pk] if one.user_id not in taken), None)
        if person is None:
            continue
        taken.add(person.user_id)
        case.record(
            "transferred", [run.party_org_id], org_id=run.party_org_id, principal_id=slot.principal_id,
            run=str(run.pk), assignment=str(slot.pk), state=Assignment.State.REMOVED, reason="overdue",
            people=[heir(slot, replace(person, by="escalated"), slot.part.get("hops", 0))],
        )  # fmt: skip


def _above(case: Case, run: Run, slot: Assignment, to: Any, there: set[Any]) -> list[Assignee]:
    """Return who may be asked for one who is late, who steers where there is nobody else; not who asked themselves."""
    directory = directory_of(case, run.party_org_id, run.node)
    rule = case.policy_of(case.parent_of(run)).get("self", "manager")
    named_ = [] if to == "admin" else _wanted(directory, run, slot, to)
    for people in (named_, directory.fallback()):
        fits = [
            one for one in people
            if one.user_id not in there and (rule == "allow" or one.user_id != case.instance.asker_id)
        ]  # fmt: skip
        if fits:
            return fits
    return []


def _wanted(directory: Any, run: Run, slot: Assignment, to: Any) -> list[Assignee]:
    if isinstance(to, dict):
        return directory.people([{"role": {"key": to["role"]}}], self_rule="allow")
    seats = Membership.objects.active().filter(organization=run.party_org_id, user=slot.principal_id)
    manager = seats.values_list("manager_id", flat=True).first()
    return directory.named([str(manager)], "escalated") if manager else []
