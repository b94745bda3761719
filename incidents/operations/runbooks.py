"""An organization says what it does when something goes wrong."""

from django.utils.translation import gettext_lazy as _

from incidents.events import RunbookWritten
from incidents.models import Runbook, Step, usual_steps
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Organization

MOST_STEPS = 30
LONGEST_HOURS = 365 * 24


@operation
def write_runbook(*, actor: Actor, organization: Organization, kind: str, steps: list[Step]) -> list[Step]:
    """Replace the steps for incidents of one kind; none bring the usual ones back. Incidents that are open keep theirs.

    Raises:
        InvalidInput: more steps than anybody takes, or a time out of bounds.

    Emits: RunbookWritten, if something changed.
    """
    require(actor, "incidents.write_runbook", organization)
    organization = Organization.objects.locked(organization.pk)
    _check(steps)
    kept = Runbook.objects.filter(organization=organization, kind=kind).first()
    before = kept.lines if kept else usual_steps(kind)
    after = steps or usual_steps(kind)
    if before == after:
        return after
    runbook = kept or Runbook(organization=organization, kind=kind)
    runbook.take(after)
    runbook.save()
    emit(RunbookWritten.about(organization, actor, kind=kind, steps=len(after)))
    return after


def _check(steps: list[Step]) -> None:
    if len(steps) > MOST_STEPS:
        raise InvalidInput.at("/steps", "too_many", _("At most %(most)s steps.") % {"most": MOST_STEPS})
    for place, step in enumerate(steps):
        if not (step.usual or step.title):
            raise InvalidInput.at(f"/steps/{place}/title", "required", _("Say what is to be done."))
        if step.hours is not None and not 0 <= step.hours <= LONGEST_HOURS:
            said = _("From 0 to %(most)s.") % {"most": LONGEST_HOURS}
            raise InvalidInput.at(f"/steps/{place}/hours", "out_of_bounds", said)
