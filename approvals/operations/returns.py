"""Back to somebody who had it before, or to who asked; and asking again."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models.people import tidy
from approvals import fields
from approvals.engine import Case, go_back
from approvals.engine.back import PREVIOUS, START, end_run, material, resume_at, start_again
from approvals.engine.runs import shut
from approvals.errors import NotReached, RequestClosed
from approvals.events import RequestSubmitted, StepDecided
from approvals.models import Assignment, Instance, InstanceEvent, Run
from approvals.operations.grip import Grip, take
from approvals.operations.taking import take_in
from approvals.operations.telling import tell
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require

MODES = ("replay", "resume")


@operation
def return_to(
    *,
    actor: Actor,
    instance: Instance,
    target: str = START,
    mode: str = "replay",
    assignment: UUID | None = None,
    form_rev: int | None = None,
    comment: str = "",
    audience: str = Assignment.Audience.INTERNAL,
) -> Instance:
    """Send a request back: to a step that was passed, the ``previous`` one, or to ``START``, who asked.

    What came after no longer counts. A partner sends it back inside its own step, to the start, or to a
    step that lets itself be entered again.

    Args:
        mode: ``replay`` walks the whole way anew; ``resume`` comes straight back, as long as nothing that
            matters has changed.

    Raises:
        as ``decide``; NotReached: that was not passed, or stands in a branch beside this one.

    Emits: StepDecided; RequestReturned to who asked; then what follows from it.
    """
    if mode not in MODES:
        raise InvalidInput.at("/mode", "unknown", _("Choose replay or resume."))
    grip = take(actor, instance, assignment, form_rev)
    comment = comment.strip()
    if not comment:
        raise InvalidInput.at("/comment", "required", _("Say why, so that the others can go on."))
    case, run = grip.case, grip.run
    grip.mine.comment, grip.mine.audience = comment, audience
    grip.record("sent_back", form_rev=case.instance.form_rev, target=target, mode=mode)
    go_back(case, _from(grip, target, comment if audience == "shared" else ""), target, mode, comment)
    case.save()
    emit(StepDecided.by(run, case.instance, grip.hat, "RETURNED", case.people(run.party_org_id), grip.mine))
    tell(case)
    return case.instance


def _from(grip: Grip, target: str, said: str) -> Run:
    """Return the run that sends back: the person's own step, or the partner's as a whole."""
    case, frame = grip.case, grip.case.frame_of(grip.run)
    if frame is None:
        return grip.run
    own = case.tree_of(frame)
    if target in own.places or (target == PREVIOUS and own.flow[0]["id"] != grip.run.node):
        return grip.run
    node = case.instance.version.tree.get(target)
    if target not in (START, PREVIOUS) and not (node and node.get("return_entry")):
        raise NotReached
    end_run(case, grip.run)
    shut(case, frame, Run.State.RETURNED, said)
    return frame


@operation
def resubmit(
    *, actor: Actor, instance: Instance, title: str | None = None, form: Any = None, comment: str = ""
) -> Instance:
    """Ask again with a request that was returned: the number stays, a new round begins.

    Raises:
        NotAllowed: somebody else asked, and it was not handed over to the actor.
        RequestClosed: it was not returned.
        InvalidInput: a value does not fit, or another organization would stand in a slot.

    Emits: RequestSubmitted; StepStarted.
    """
    case = Case.locked(instance.pk, actor)
    require(actor, "approvals.submit", case.instance)
    if case.instance.state != Instance.State.RETURNED:
        raise RequestClosed
    hat = actor.for_org(case.instance.acting_org)
    _rewrite(case, hat, title, form)
    last = (
        InstanceEvent.objects.filter(instance=case.instance, type="returned", payload__target=START)
        .order_by("-seq")
        .first()
    )
    case.record(
        "resubmitted", [case.host_id], actor=hat, round=case.instance.round + 1,
        form_rev=case.instance.form_rev, reason=comment.strip(),
    )  # fmt: skip
    said = last.payload if last else {}
    if not (
        said.get("mode") == "resume" and said["material"] == material(case) and resume_at(case, said["node"])
    ):
        start_again(case)
    case.save()
    emit(RequestSubmitted.of(case.instance, hat, shown_to=(case.instance.asker_id,)))
    tell(case)
    return case.instance


def _rewrite(case: Case, hat: Actor, title: str | None, form: Any) -> None:
    """Take a new form; who takes part stays."""
    instance, before = case.instance, (case.instance.title, case.instance.form)
    if form is not None:
        values, faults = fields.read(instance.version.fields, form, complete=True)
        faults += take_in(hat, instance, values, instance.form)
        bound = [one["bind"][6:] for one in instance.version.parties if one["bind"].startswith("field:")]
        faults += [
            {"pointer": f"/form/{name}", "code": "fixed", "detail": _("Who takes part stays as it is.")}
            for name in bound
            if values.get(name) != instance.form.get(name)
        ]
        if faults:
            raise InvalidInput(errors=faults)
        instance.form = values
    if title is not None and tidy(title):
        instance.title = tidy(title)[:200]
    if before != (instance.title, instance.form):
        instance.form_rev += 1
