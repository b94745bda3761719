"""What who steers an organization does where a request of theirs stands still, or must not go on."""

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from approvals.engine import Case
from approvals.engine.asking import asked
from approvals.engine.back import look_back
from approvals.engine.flow import carry_on, close, enter_at
from approvals.engine.runs import record, shut
from approvals.engine.splits import split
from approvals.engine.turns import add, asked_in, fetch, weigh
from approvals.engine.waits import wait
from approvals.errors import NotAssigned, PartnershipNotActive, RequestClosed, StepClosed
from approvals.events import StepSteered
from approvals.models import Assignment, Instance, Run
from approvals.operations.partners import WHY, take_up
from approvals.operations.telling import tell
from approvals.operations.voices import fitting, heir
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotVisible
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import work_together


@operation
def reassign(*, actor: Actor, instance: Instance, assignment: UUID, to: UUID, reason: str) -> Instance:
    """Have somebody else answer in a colleague's place.

    Raises:
        NotAllowed: the actor does not steer the organization whose step it is.
        InvalidInput: no reason is given, or they cannot be asked.

    Emits: StepSteered; StepStarted for who is asked now.
    """
    case = Case.locked(instance.pk, actor)
    slot = Assignment.objects.filter(pk=assignment, instance=case.instance).first()
    if slot is None or slot.run_id not in case.runs:
        raise NotAssigned
    run = case.runs[slot.run_id]
    hat, reason = _steering(case, actor, run, reason)
    slot = fetch(case, slot.pk)
    (person,) = fitting(case, run, [to], "/to")
    case.record(
        "transferred", [run.party_org_id], actor=hat, principal_id=slot.principal_id, run=str(run.pk),
        assignment=str(slot.pk), state=Assignment.State.REMOVED, reason=reason,
        people=[heir(slot, person, slot.part.get("hops", 0))],
    )  # fmt: skip
    return _done(case, run, hat, "reassign")


@operation
def skip(*, actor: Actor, instance: Instance, run: UUID, reason: str) -> Instance:
    """Go past a step; the host goes past a partner's only where the partner need not take part.

    Raises: as ``reassign``; StepClosed: it is not open, or may not be left out.
    """
    case = Case.locked(instance.pk, actor)
    found = _run(case, run)
    hat, reason = _steering(case, actor, found, reason)
    if found.type == "party":
        slot = next(one for one in case.instance.version.parties if one["id"] == found.party)
        if slot.get("required", True):
            raise StepClosed
    elif not found.stands:
        raise StepClosed
    _note(case, found, hat, "skip", reason)
    close(case, found, Run.State.SKIPPED)
    return _done(case, found, hat, "skip")


@operation
def resume(*, actor: Actor, instance: Instance, run: UUID, reason: str) -> Instance:
    """Try again where a step stands still: people, conditions and partnerships are looked at anew.

    Raises: as ``reassign``; StepClosed: it does not stand still, or still has nobody to turn to.
    """
    case = Case.locked(instance.pk, actor)
    found = _run(case, run)
    hat, reason = _steering(case, actor, found, reason)
    if found.state != Run.State.SUSPENDED:
        raise StepClosed
    why = found.reason
    if why == WHY and found.type != "party":
        raise StepClosed  # it goes on with the step around it
    _note(case, found, hat, "resume", reason)
    record(case, "run_resumed", found)
    RESUME.get(why, _ask_again)(case, found)
    return _done(case, found, hat, "resume")


def _ask_again(case: Case, run: Run) -> None:
    people, _ended = asked(case, case.place_of(run).node, case.parent_of(run))
    there = asked_in(run)
    new = [one for one in people if one.user_id not in there]
    if not new and not run.pending:
        raise StepClosed
    if new:
        add(case, run, new)
    weigh(case, run, is_loss=True)


def _choose_again(case: Case, run: Run) -> None:
    outcome = split(case, run, case.place_of(run).node)
    if outcome:
        carry_on(case, run, outcome)


def _meet_again(case: Case, run: Run) -> None:
    if not work_together(case.host_id, run.party_org_id):
        raise PartnershipNotActive
    take_up(case, run)


def _wait_again(case: Case, run: Run) -> None:
    outcome = wait(case, run, case.place_of(run).node)
    if outcome:
        carry_on(case, run, outcome)


def _enter_again(case: Case, run: Run) -> None:
    place, within = case.place_of(run), case.parent_of(run)
    shut(case, run, Run.State.CANCELLED)
    enter_at(case, place, within)


RESUME: dict[str, Callable[[Case, Run], None]] = {
    "condition": _choose_again,
    "partnership": _meet_again,
    "steps": _enter_again,
    "hour": _wait_again,
    "subflow": lambda case, run: None,  # the queue sees to these
    "call": lambda case, run: None,
}


@operation
def terminate(*, actor: Actor, instance: Instance, reason: str) -> Instance:
    """End a request of one's own organization for good, whatever it waits for.

    Raises:
        NotAllowed: the actor does not steer the organization that asks.
        RequestClosed: it has ended, or was never submitted.

    Emits: RequestSettled.
    """
    case = Case.locked(instance.pk, actor)
    require(actor, "approvals.steer", case.host_id)
    reason = _reason(reason)
    if not case.instance.is_open:
        raise RequestClosed
    hat = actor.for_org(case.instance.acting_org)
    for run in case.open_runs:
        if run.is_open:
            shut(case, run, Run.State.CANCELLED)
    case.record("steered", [case.host_id], actor=hat, act="terminate", reason=reason)
    case.record("terminated", case.everybody, org_id=case.host_id)
    case.save()
    tell(case)
    return case.instance


# ── What all of them ask ─────────────────────────────────────────────────────
def _run(case: Case, key: UUID) -> Run:
    if key not in case.runs:
        look_back(case)
        raise StepClosed if key in case.runs else NotVisible
    return case.runs[key]


def _steering(case: Case, actor: Actor, run: Run, reason: str) -> tuple[Actor, str]:
    """Return the hat of who steers the side whose run it is; a partner's step as a whole is the host's to see to."""
    org_id = case.host_id if run.type == "party" else run.party_org_id
    require(actor, "approvals.steer", org_id)
    if case.instance.state not in (Instance.State.RUNNING, Instance.State.SUSPENDED):
        raise RequestClosed
    return actor.for_org(case.org(org_id)), _reason(reason)


def _reason(said: str) -> str:
    if not said.strip():
        raise InvalidInput.at("/comment", "required", _("Say why; the reason is kept."))
    return said.strip()


def _note(case: Case, run: Run, hat: Actor, act: str, reason: str) -> None:
    org_id = case.host_id if run.type == "party" else run.party_org_id
    case.record("steered", [org_id], actor=hat, run=str(run.pk), act=act, reason=reason)


def _done(case: Case, run: Run, hat: Actor, act: str) -> Instance:
    case.save()
    org_id = case.host_id if run.type == "party" else run.party_org_id
    emit(
        StepSteered.of(
            case.instance, hat, org_ids=(org_id,), node=run.node, act=act, shown_to=case.people(org_id)
        )
    )
    tell(case)
    return case.instance
