"""The queue: acts are weighed, and refusals that were handed on are told to whoever's they are."""

from uuid import UUID

from celery import shared_task

from accounts.models import User
from kernel.acting import Origin, coming_from, current_actor
from orgs.models import Membership, Organization
from watching.operations import note_refusal, weigh_act
from watching.pace import begin, newest
from watching.refusals import count_refusal, is_told_at, owner_of, told_before


@shared_task(acks_late=True)
def weigh(kind: str, noun_id: str, person_id: str, name: str) -> None:
    """Hold what somebody did of one kind in one place against the rules. Run twice, it raises nothing twice."""
    begin([kind, noun_id, person_id, name])
    record = newest(kind, UUID(noun_id), UUID(person_id), name) if noun_id else None
    if record is not None:
        weigh_act(actor=current_actor(), record=record)


@shared_task(acks_late=True)
def refused(
    person_id: str,
    org_id: str,
    named: dict[str, str],
    status: int,
    request_id: str,
    address: str,
    device: str,
) -> None:
    """Count one refusal of an outsider, and tell of it where its number says so. Run twice, it counts once."""
    found = owner_of(named)
    person = User.objects.filter(pk=person_id).first()
    if found is None or person is None:
        return
    kind, key, owner_id = found
    if Membership.objects.active().filter(user=person, organization=owner_id).exists():
        return  # whom it refuses of its own, an organization knows
    count = count_refusal(person.pk, owner_id, request_id)
    if not is_told_at(count):
        return
    acting_for = Organization.objects.filter(pk=UUID(org_id)).first() if org_id else None
    with coming_from(Origin(request_id=request_id, address=address, device=device)):
        note_refusal(
            actor=current_actor(),
            person=person,
            organization_id=owner_id,
            object_kind=kind,
            object_id=key,
            status=status,
            company=acting_for.name if acting_for else "",
            times=count - told_before(count),
        )
