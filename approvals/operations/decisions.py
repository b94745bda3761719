"""Yes, no, and taking back."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from approvals.engine import Case, view_hash, weigh
from approvals.errors import NeedsConsent, RequestClosed
from approvals.events import RequestWithdrawn, StepDecided
from approvals.models import Assignment, Instance, Run
from approvals.operations.choices import choose
from approvals.operations.edits import write
from approvals.operations.grip import take
from approvals.operations.signatures import sign
from approvals.operations.telling import ended_for_the_workspace, hand_out, tell
from kernel.acting import Origin, coming_from
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require


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
    changed: Any = None,
    choices: Any = None,
    signature: Any = None,
) -> Instance:
    """Record one person's verdict and move the request along.

    Two may press the button in the same instant; the second finds it decided.

    Args:
        verdict: ``APPROVED``, ``ABSTAINED``, or ``REJECTED``, which needs a comment.
        assignment: which of the person's slots; without it the one that is open.
        form_rev: the revision of the form they have read; without it the present one.
        audience: who reads the comment: their own organization, or all parties.
        choices: whom to ask at steps that leave it to who decides before: ``{node: [people]}``.
        changed: values of the form to write first, where the step lets its people.
        signature: of a yes, ``{"typed": name}`` or ``{"file": id}`` of a drawing that was brought.

    Raises:
        NotAssigned: nothing here was ever theirs to decide.
        AlreadyDecided: it was, and it is settled.
        StaleForm: they have read an older form.
        OneVote: they have decided in this step for somebody else.
        OneHuman: they have acted for another organization here.
        PartnershipNotActive: the two organizations do not work together at present.
        InvalidInput: a no without a reason; a yes without the signature that the step or its contract asks for.

    Emits: StepDecided; then what follows from it.
    """
    comment = comment.strip()
    grip = take(actor, instance, assignment, form_rev)
    case, mine, run, hat = grip.case, grip.mine, grip.run, grip.hat
    if verdict == Assignment.State.REJECTED and not comment:
        raise InvalidInput.at("/comment", "required", _("Say why, so that the others can go on."))
    if changed:
        write(grip, changed)
    if verdict == Assignment.State.APPROVED:
        sign(grip, signature)
    mine.comment, mine.audience = comment, audience
    case.touch(mine)
    chosen = choose(case, choices, "previous_choice", case.frame_of(run)) if choices else {}
    grip.record(
        "decided", verdict=verdict, form_rev=case.instance.form_rev, view=view_hash(case, run),
        **({"choices": chosen} if chosen else {}),
    )  # fmt: skip
    case.voted = run
    weigh(case, run, comment if audience == Assignment.Audience.SHARED else "", by=mine)
    case.save()
    emit(StepDecided.by(run, case.instance, hat, verdict, case.people(run.party_org_id), mine))
    tell(case)
    return case.instance


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
    sealing = [run.pk for run in case.open_runs if run.is_sealing]  # nobody learns of those answers yet
    agreed = case.instance.runs.filter(type="party", state=Run.State.APPROVED).exclude(parent__in=sealing)
    if agreed.exclude(party_org_id=case.host_id).exists():
        raise NeedsConsent
    return take_back(case, actor.for_org(case.instance.acting_org), comment)


def take_back(case: Case, hat: Actor, comment: str) -> Instance:
    """End a request because who asked wants it back."""
    if hat.user_id is None:
        case.record("withdrawn", case.everybody, org_id=case.host_id, reason="")
    else:
        case.record("withdrawn", case.everybody, actor=hat, reason=comment.strip())
    case.save()
    hand_out(case)
    asked = case.asked
    emit(RequestWithdrawn.of(case.instance, hat, org_ids=(case.host_id, *asked), shown_to=case.people()))
    if asked and case.instance.workspace_id:
        with coming_from(Origin()):
            emit(ended_for_the_workspace(case))
    return case.instance
