"""Single rights on what stands in a workspace: for those who sit there, within its rules."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from access.kinds import Sharing, kind_of
from access.levels import HIGHEST_OF_CONTACT, Level
from access.models import Grant
from accounts.models import User
from kernel.actor import Actor
from kernel.errors import InvalidInput
from orgs.models import Department
from workspaces.models import Member, Participant, Workspace, seat_of, seated
from workspaces.rules import in_force


def room_of(thing: Any) -> UUID:
    room = kind_of(thing).workspace_id(thing)
    assert room is not None
    return room


def hat(actor: Actor, thing: Any) -> Actor:
    return seated(actor, room_of(thing))


def fits(actor: Actor, thing: Any, principal: Any, level: Level) -> bool:
    """Refuse who has no part in the room; whoever is not of the giver's own organization gets an end."""
    room = room_of(thing)
    if principal is None:
        return True
    if isinstance(principal, User):
        return _fits_person(actor, room, principal, level)
    if isinstance(principal, Department):
        if principal.organization_id != actor.org_id:
            sentence = _("Departments are named by their own organization alone.")
            raise InvalidInput.at("/department", "not_yours", sentence)
        return False
    if not Participant.objects.active().filter(workspace=room, organization=principal).exists():
        raise InvalidInput.at("/organization", "not_in_workspace", _("This organization does not take part."))
    return principal.pk != actor.org_id


def _fits_person(actor: Actor, room: UUID, person: User, level: Level) -> bool:
    seat = seat_of(Actor.person(person), room)
    if seat is None or not person.is_active:
        raise InvalidInput.at("/user", "not_in_workspace", _("This person has no seat in the workspace."))
    if seat.is_external and level > HIGHEST_OF_CONTACT:
        raise InvalidInput.at("/level", "too_high", _("An external contact can be an editor at most."))
    return seat.is_external or seat.organization_id != actor.org_id


def longest(thing: Any) -> int:
    """Return how many days a right for others may last: as many as a guest may stay."""
    return in_force(Workspace.objects.get(pk=room_of(thing)))["guest_days"].value


def people(grant: Grant) -> tuple[UUID, ...]:
    """Return the seats that a grant is meant for; of a department all of its organization, who look in vain at worst."""
    if grant.user_id:
        return (grant.user_id,)
    seats = Member.objects.filter(workspace=room_of(grant.on), contact=None)  # type: ignore[attr-defined]
    if grant.organization_id:
        seats = seats.filter(organization=grant.organization_id)
    return tuple(seats.values_list("user_id", flat=True))


IN_ROOMS = Sharing(hat, fits, longest, people)
