"""Yes, no, and taking back."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from approvals.engine import Case, outcome_of
from approvals.errors import (
    AlreadyDecided,
    NeedsConsent,
    NotAssigned,
    OneHuman,
    PartnershipNotActive,
    RequestClosed,
    StaleForm,
)
from approvals.events import RequestWithdrawn, StepDecided
from approvals.models import Assignment, Instance, Run
from approvals.operations.telling import ended_for_the_workspace, tell
from kernel.acting import Origin, coming_from
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import may, require
from orgs.models import work_together


@operation
def decide(
    *,
    actor: Actor,
    instance: Instance,
    verdict: str,
    assignment: UUID | None = None,
    form_rev: int | None = None,
    comment: str = "",
    audience: str = Assignment.Audience.INTERNAL,
) -> Instance:
    """Record one person's verdict and move the request along.

    Two may press the button in the same instant; the second finds it decided.

    Args:
        verdict: ``APPROVED`` or ``REJECTED``, which needs a comment.
        assignment: which of the person's slots; without it the one that is open.
        form_rev: the revision of the form they have read; without it the present one.
        audience: who reads the comment: their own organization, or all parties.

    Raises:
        NotAssigned: nothing here was ever theirs to decide.
        AlreadyDecided: it was, and it is settled.
        StaleForm: they have read an older form.
        OneHuman: they have acted for another organization here.
        PartnershipNotActive: the two organizations do not work together at present.

    Emits: StepDecided; then what follows from it.
    """
    case = Case.locked(instance.pk, actor)
    mine = _chosen(case.slots, assignment)
    if mine is None or not may(actor, "approvals.decide", mine):
        raise NotAssigned
    comment = comment.strip()
    if verdict == Assignment.State.REJECTED and not comment:
        raise InvalidInput.at("/comment", "required", _("Say why, so that the others can go on."))
    run = case.runs.get(mine.run_id)
    _check_open(case, mine, run)
    assert run is not None
    if form_rev is not None and form_rev != case.instance.form_rev:
        raise StaleForm
    _check_side(case, actor, run)
    hat = actor.for_org(case.org(run.party_org_id))
    mine.comment, mine.audience = comment, audience
    case.touch(mine)
    case.record(
        "decided", [run.party_org_id], actor=hat, principal_id=mine.principal_id,
        run=str(run.pk), assignment=str(mine.pk), verdict=verdict, form_rev=case.instance.form_rev,
    )  # fmt: skip
    outcome = outcome_of(run)
    if outcome:
        case.close(run, outcome, comment if audience == Assignment.Audience.SHARED else "")
    case.save()
    emit(StepDecided.by(run, case.instance, hat, verdict, case.people(run.party_org_id)))
    tell(case)
    return case.instance


def _chosen(slots: list[Assignment], wanted: UUID | None) -> Assignment | None:
    return next((one for one in slots if wanted in (None, one.pk)), None)


def _check_open(case: Case, mine: Assignment, run: Run | None) -> None:
    is_open = run is not None and run.state == Run.State.ACTIVE
    if mine.state != Assignment.State.PENDING or not is_open:
        raise AlreadyDecided
    if case.instance.state != Instance.State.RUNNING:
        raise RequestClosed


def _check_side(case: Case, actor: Actor, run: Run) -> None:
    """One human acts for one organization, and a partner only while the two work together."""
    elsewhere = [one for one in case.slots if one.run.party_org_id != run.party_org_id and one.decided_at]
    asked_for_another = case.instance.initiator_id == actor.user_id and run.party_org_id != case.host_id
    if elsewhere or asked_for_another:
        raise OneHuman
    if run.party_org_id != case.host_id and not work_together(case.host_id, run.party_org_id):
        raise PartnershipNotActive


@operation
def withdraw(*, actor: Actor, instance: Instance, comment: str = "") -> Instance:
    """Take a request back, as long as no other organization has agreed.

    Raises:
        NotAllowed: only who asked takes it back.
        RequestClosed: it has ended, or was never submitted.
        NeedsConsent: another organization has said yes.

    Emits: RequestWithdrawn.
    """
    case = Case.locked(instance.pk, actor)
    require(actor, "approvals.withdraw", case.instance)
    if not case.instance.is_open:
        raise RequestClosed
    agreed = case.instance.runs.filter(type="party", state=Run.State.APPROVED)
    if agreed.exclude(party_org_id=case.host_id).exists():
        raise NeedsConsent
    hat = actor.for_org(case.instance.acting_org)
    case.record("withdrawn", case.everybody, actor=hat, reason=comment.strip())
    case.save()
    asked = case.asked
    emit(RequestWithdrawn.of(case.instance, hat, org_ids=(case.host_id, *asked), shown_to=case.people()))
    if asked and case.instance.workspace_id:
        with coming_from(Origin()):
            emit(ended_for_the_workspace(case))
    return case.instance
