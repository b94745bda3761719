"""What ends in workspaces because something ended elsewhere: a partnership, a membership, a contact's time."""

from uuid import UUID

from django.db.models import Q

from kernel.actor import Actor
from kernel.operations import operation
from kernel.rules import require
from workspaces.models import Member, Participant
from workspaces.operations.members import held as held_seat
from workspaces.operations.members import take_away
from workspaces.operations.participants import close, held


@operation
def close_between(*, actor: Actor, one_id: UUID, other_id: UUID) -> None:
    """End each of two organizations' part in the rooms that the other hosts.

    Emits: ParticipantLeft for each.
    """
    require(actor, "workspaces.end_elsewhere")
    rooms = Q(workspace__host=one_id, organization=other_id) | Q(
        workspace__host=other_id, organization=one_id
    )
    for participant in Participant.objects.standing().filter(rooms).order_by("workspace_id"):
        close(actor, held(participant), Participant.State.REMOVED)


@operation
def unseat(*, actor: Actor, user_id: UUID, organization_id: UUID, contact_id: UUID | None = None) -> None:
    """End the seats that somebody holds for an organization; of a contact, those held as that contact.

    Emits: MemberRemoved for each.
    """
    require(actor, "workspaces.end_elsewhere")
    seats = Member.objects.filter(user_id=user_id, organization_id=organization_id, contact_id=contact_id)  # type: ignore[misc]
    for seat in seats.order_by("workspace_id"):
        take_away(actor, held_seat(seat))


@operation
def expire_seat(*, actor: Actor, seat: Member) -> None:
    """Take away a seat whose time is over. Run twice, the second finds none.

    Emits: MemberRemoved.
    """
    require(actor, "workspaces.end_elsewhere")
    due = Member.objects.overdue().filter(pk=seat.pk).first()
    if due is not None:
        take_away(actor, held_seat(due))
