"""Somebody who is asked asks others: before, beside or after themselves, or in their place."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from approvals.assignees import Assignee
from approvals.engine import DIRECTORY, Case, weigh
from approvals.engine.asking import directory_of
from approvals.engine.runs import named
from approvals.engine.sight import view_hash
from approvals.engine.turns import asked_in, fetch, next_place, slots_of
from approvals.errors import AlreadyDecided, NotAssigned, StepClosed, TooDeep, TooManyHops
from approvals.events import StepDecided
from approvals.models import Assignment, Instance, Run
from approvals.operations.grip import Grip, take
from approvals.operations.signatures import sign
from approvals.operations.telling import tell
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation

MOST_DEPTH, MOST_HOPS, MOST_HELPERS = 5, 10, 50
MODES = ("any", "all", "sequence")


@operation
def add_before(
    *,
    actor: Actor,
    instance: Instance,
    users: list[UUID],
    mode: str = "all",
    assignment: UUID | None = None,
    comment: str = "",
) -> Instance:
    """Have others look first: one's own slot waits until they are done; a no of theirs is the step's no.

    Raises:
        as ``decide``; InvalidInput: somebody cannot be asked; TooDeep: helpers of helpers, five times over.

    Emits: StepStarted for those who are asked.
    """
    grip = take(actor, instance, assignment)
    return _help(grip, users, "before", mode, comment)


@operation
def add_after(
    *,
    actor: Actor,
    instance: Instance,
    users: list[UUID],
    mode: str = "all",
    assignment: UUID | None = None,
    form_rev: int | None = None,
    comment: str = "",
    signature: Any = None,
) -> Instance:
    """Approve, and have others look after it before the step ends.

    Raises:
        as ``add_before``; StaleForm: they have read an older form.

    Emits: StepDecided; StepStarted for those who are asked.
    """
    grip = take(actor, instance, assignment, form_rev)
    case, run = grip.case, grip.run
    people = _helpers(grip, users, "after", mode)
    sign(grip, signature)
    grip.mine.comment = comment.strip()
    grip.record(
        "decided",
        verdict=Assignment.State.APPROVED,
        form_rev=case.instance.form_rev,
        view=view_hash(case, run),
    )
    grip.record("helpers_added", stance="after", mode={"kind": mode}, people=people, place=next_place(run))
    case.voted = run
    weigh(case, run)
    case.save()
    emit(StepDecided.by(run, case.instance, grip.hat, "APPROVED", case.people(run.party_org_id), grip.mine))
    tell(case)
    return case.instance


@operation
def add_parallel(
    *, actor: Actor, instance: Instance, users: list[UUID], assignment: UUID | None = None, comment: str = ""
) -> Instance:
    """Have others vote as well: each is one vote more.

    Raises: as ``add_before``.

    Emits: StepStarted for those who are asked.
    """
    return _help(take(actor, instance, assignment), users, "parallel", "all", comment)


def _help(grip: Grip, users: list[UUID], stance: str, mode: str, comment: str) -> Instance:
    people = _helpers(grip, users, stance, mode)
    grip.record(
        "helpers_added", stance=stance, mode={"kind": mode}, people=people, place=next_place(grip.run),
        reason=comment.strip(),
    )  # fmt: skip
    grip.case.save()
    tell(grip.case)
    return grip.case.instance


def _helpers(grip: Grip, users: list[UUID], stance: str, mode: str) -> list[dict[str, Any]]:
    """Return who is asked, as events name them."""
    if mode not in MODES:
        raise InvalidInput.at("/mode", "unknown", _("Choose any, all or sequence."))
    depth = grip.mine.part.get("depth", 0) + 1
    if depth > MOST_DEPTH:
        raise TooDeep
    part: dict[str, Any] = {"depth": depth, "stance": stance}
    if stance == "parallel":
        part = {
            "depth": depth,
            **{key: grip.mine.part[key] for key in ("groups", "stance") if key in grip.mine.part},
        }
    waits = mode == "sequence" if stance != "parallel" else grip.run.mode.get("kind") == "sequence"
    added_by = grip.mine.added_by_id if part.get("stance") and stance == "parallel" else grip.mine.pk
    return [
        named(
            replace(
                one, part=part, added_by=added_by,
                state="WAITING" if waits and (place or stance == "parallel") else "PENDING",
            )
        )
        for place, one in enumerate(fitting(grip.case, grip.run, users))
    ]  # fmt: skip


def fitting(case: Case, run: Run, users: Iterable[UUID], pointer: str = "/users") -> list[Assignee]:
    """Return colleagues who may be asked in a run.

    Raises:
        InvalidInput: somebody does not work there, is in it already, or asked for it and may not decide.
    """
    wanted = list(dict.fromkeys(users))
    if not wanted or len(wanted) > MOST_HELPERS:
        raise InvalidInput.at(pointer, "required" if not wanted else "limit", _("Name one to fifty people."))
    with acting(DIRECTORY):
        there = {
            one.user_id: one for one in directory_of(case, run.party_org_id).named(map(str, wanted), "added")
        }
    within = asked_in(run)
    rule = case.policy_of(case.parent_of(run)).get("self", "manager")
    for place, one in enumerate(wanted):
        if one not in there:
            raise InvalidInput.at(
                f"{pointer}/{place}", "unknown", _("Nobody of your organization who may decide here.")
            )
        if one in within or (one == case.instance.asker_id and rule != "allow"):
            raise InvalidInput.at(f"{pointer}/{place}", "taken", _("They have a part in this already."))
    return [there[one] for one in wanted]


@operation
def remove_added(*, actor: Actor, instance: Instance, helper: UUID) -> Instance:
    """Take back that one has asked somebody, who has not answered yet.

    Raises:
        NotAssigned: they were not asked by this person.
        AlreadyDecided: they have answered.
    """
    case = Case.locked(instance.pk, actor)
    mine = {one.pk: one for one in case.slots}
    slot = Assignment.objects.filter(pk=helper, instance=case.instance, added_by__in=list(mine)).first()
    if slot is None or slot.added_by_id is None:
        raise NotAssigned
    run = case.runs.get(slot.run_id)
    if run is None or not slot.is_open:
        raise AlreadyDecided
    fetch(case, slot.pk)
    grip = Grip(case, mine[slot.added_by_id], run, actor.for_org(case.org(run.party_org_id)))
    remove(grip.case, run, case.held[slot.pk], grip.hat)
    case.save()
    tell(case)
    return case.instance


def remove(case: Case, run: Run, slot: Assignment, hat: Actor | None, reason: str = "") -> None:
    """Take a slot out of a run and look at what is left."""
    case.record(
        "removed", [run.party_org_id], actor=hat, org_id=run.party_org_id, principal_id=slot.principal_id,
        run=str(run.pk), assignment=str(slot.pk), reason=reason,
    )  # fmt: skip
    weigh(case, run, by=slot, is_loss=True)


@operation
def transfer(
    *, actor: Actor, instance: Instance, to: UUID, assignment: UUID | None = None, comment: str = ""
) -> Instance:
    """Hand one's slot over to a colleague, with its place, its weight and its part.

    Raises:
        as ``decide``; InvalidInput: they cannot be asked; TooManyHops: it was handed on ten times.

    Emits: StepStarted for who is asked now.
    """
    grip = take(actor, instance, assignment)
    hops = grip.mine.part.get("hops", 0) + 1
    if hops > MOST_HOPS:
        raise TooManyHops
    (person,) = fitting(grip.case, grip.run, [to], "/to")
    grip.record(
        "transferred", state=Assignment.State.TRANSFERRED, people=[heir(grip.mine, person, hops)],
        reason=comment.strip(),
    )  # fmt: skip
    grip.case.save()
    tell(grip.case)
    return grip.case.instance


def heir(slot: Assignment, person: Assignee, hops: int) -> dict[str, Any]:
    return named(
        replace(
            person, weight=slot.weight, part=slot.part | {"hops": hops}, added_by=slot.added_by_id,
            state="WAITING" if slot.state == Assignment.State.WAITING else "PENDING",
        )
    )  # fmt: skip


@operation
def retract(*, actor: Actor, instance: Instance, assignment: UUID | None = None) -> Instance:
    """Take one's own word back while the step is still open.

    Raises:
        NotAssigned, AlreadyDecided: there is none to take back; the step has ended.
        StepClosed: somebody has gone on from it: the next in turn, a group, or helpers.
    """
    grip = take(actor, instance, assignment, state="DECIDED")
    case, run, mine = grip.case, grip.run, grip.mine
    if mine.state not in Assignment.DECIDED:
        raise AlreadyDecided
    if _is_built_upon(grip):
        raise StepClosed
    if run.mode.get("kind") == "sequence":
        for one in slots_of(case, run, Assignment.State.PENDING):
            case.record(
                "turn_waits",
                [run.party_org_id],
                org_id=run.party_org_id,
                run=str(run.pk),
                assignment=str(one.pk),
            )
    mine.comment, mine.salt, mine.signature = "", "", None
    grip.record("retracted")
    case.save()
    tell(case)
    return case.instance


def _is_built_upon(grip: Grip) -> bool:
    run, mine = grip.run, grip.mine
    groups = run.tally.get("groups", {})
    if any(groups.get(str(place), {}).get("outcome") for place in mine.part.get("groups", ())):
        return True
    if mine.part.get("stance") or str(mine.pk) in run.tally.get("helpers", {}):
        return True
    if run.mode.get("kind") != "sequence":
        return False
    later = Assignment.objects.filter(run=run, place__gt=mine.place, state__in=Assignment.DECIDED)
    return later.exists()
