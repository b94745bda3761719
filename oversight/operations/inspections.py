"""Ask, agree, read, end. Who reads is never who agreed."""

from uuid import UUID

from django.utils import timezone

from kernel.actor import Actor
from kernel.errors import NotAllowed
from kernel.events import emit
from kernel.operations import operation
from oversight import nouns
from oversight.errors import InspectionClosed, OwnInspection
from oversight.events import (
    InspectionAsked,
    InspectionEnded,
    InspectionOpened,
    InspectionRead,
    InspectionRefused,
)
from oversight.models import Inspection
from oversight.policies import RULE, is_operating, require_operator, require_operator_now, require_reader


@operation
def ask_inspection(*, actor: Actor, kind: str, noun_id: UUID, reason: str, minutes: int) -> Inspection:
    """Ask a second operator to agree that the actor reads what one noun holds.

    Args:
        minutes: how long from the second one's word on; four hours at most.

    Raises:
        NotAllowed: the actor is no operator.
        InvalidInput: there is no such noun.

    Emits: InspectionAsked.
    """
    require_operator_now(actor)
    noun = nouns.found(kind, noun_id)
    inspection = Inspection.objects.create(
        kind=kind,
        noun_id=noun_id,
        noun_name=noun.name[:200],
        reason=reason,
        minutes=minutes,
        operator=actor.user,
    )
    emit(InspectionAsked.of(inspection, actor, minutes=minutes))
    return inspection


@operation
def approve_inspection(*, actor: Actor, inspection: Inspection) -> Inspection:
    """Agree, as the second operator. From here on the first may read, and all concerned are told.

    Raises:
        NotAllowed: the actor is no operator, or the one who asked is none any more.
        OwnInspection: the actor asked for it.
        InspectionClosed: it was answered, or asked too long ago.

    Emits: InspectionOpened.
    """
    require_operator_now(actor)
    inspection = _locked(inspection)
    if inspection.operator_id == actor.user_id:
        raise OwnInspection
    if not is_operating(inspection.operator_id):
        raise NotAllowed(RULE)
    inspection.open_for(actor.user)
    noun = nouns.found(inspection.kind, inspection.noun_id)  # whom it concerns now
    inspection.org_ids, inspection.workspace_id = noun.org_ids, noun.workspace_id
    inspection.save(update_fields=["state", "approver", "ends_at", "org_ids", "workspace_id"])
    told = {"minutes": inspection.minutes, "approver_id": actor.user_id, "approver_name": actor.name}
    emit(InspectionOpened.for_all(inspection, actor, **told))
    return inspection


@operation
def refuse_inspection(*, actor: Actor, inspection: Inspection) -> Inspection:
    """Say no as the second operator, or think better of it as the first.

    Raises:
        NotAllowed: the actor is no operator.
        InspectionClosed: it was answered.

    Emits: InspectionRefused.
    """
    require_operator(actor)
    inspection = _locked(inspection)
    if inspection.state != Inspection.State.ASKED:
        raise InspectionClosed
    inspection.state = Inspection.State.REFUSED
    inspection.save(update_fields=["state"])
    emit(InspectionRefused.of(inspection, actor))
    return inspection


@operation
def read_inspection(*, actor: Actor, inspection: Inspection, part: str = "") -> Inspection:
    """Note one look at the contents; the page shows nothing before this has passed.

    Raises:
        NotAllowed: it was opened for somebody else, or the actor is no operator any more.
        InspectionClosed: it is not open, or has ended.

    Emits: InspectionRead.
    """
    require_operator(actor)
    inspection = _locked(inspection)
    require_reader(actor, inspection)
    if not inspection.is_open:
        raise InspectionClosed
    emit(InspectionRead.for_all(inspection, actor, part=part))
    return inspection


@operation
def end_inspection(*, actor: Actor, inspection: Inspection) -> Inspection:
    """End it before its time; every operator may, the two concerned first of all.

    Raises:
        NotAllowed: the actor is no operator.
        InspectionClosed: it is not open.

    Emits: InspectionEnded.
    """
    require_operator(actor)
    inspection = _locked(inspection)
    if inspection.state != Inspection.State.OPEN:
        raise InspectionClosed
    return _end(inspection, actor)


@operation
def expire_inspection(*, actor: Actor, inspection: Inspection) -> bool:
    """End what is overdue; run twice, the second finds nothing to do.

    Emits: InspectionEnded; InspectionRefused, if nobody has answered in time.
    """
    inspection = _locked(inspection)
    if not Inspection.objects.overdue().filter(pk=inspection.pk).exists():
        return False
    if inspection.state == Inspection.State.OPEN:
        _end(inspection, actor)
        return True
    inspection.state = Inspection.State.REFUSED
    inspection.save(update_fields=["state"])
    emit(InspectionRefused.of(inspection, actor))
    return True


def _locked(inspection: Inspection) -> Inspection:
    return Inspection.objects.select_related("operator").locked(inspection.pk)


def _end(inspection: Inspection, actor: Actor) -> Inspection:
    inspection.state = Inspection.State.ENDED
    inspection.ends_at = min(inspection.ends_at or timezone.now(), timezone.now())
    inspection.save(update_fields=["state", "ends_at"])
    emit(InspectionEnded.for_all(inspection, actor))
    return inspection
