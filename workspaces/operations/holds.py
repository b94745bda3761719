"""An organization keeps an outsider out of its rooms, hears what is said to that, and lets them in again."""

from accounts.models import User
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.prepared import execute
from kernel.rules import require
from orgs.models import Contact, Membership, Organization
from workspaces import grants
from workspaces.errors import AlreadyHeld, NotAnOutsider
from workspaces.events import HoldAnswered, PersonHeld, PersonReleased
from workspaces.models import Hold, HoldAnswer, Member, Members


@operation
def hold_person(*, actor: Actor, organization: Organization, user: User, reason: str) -> Hold:
    """Suspend an outsider's access to all rooms of an organization, at once; their seats stay, and wait.

    Args:
        reason: what the person is told.

    Raises:
        NotAnOutsider: they belong to the organization.
        AlreadyHeld: a hold stands.

    Emits: PersonHeld.
    """
    require(actor, "workspaces.hold", organization)
    Organization.objects.locked(organization.pk)
    if Membership.objects.active().filter(organization=organization, user=user).exists():
        raise NotAnOutsider
    if Hold.objects.standing().filter(organization=organization, user=user).exists():
        raise AlreadyHeld
    contacts = Contact.objects.filter(organization=organization, user=user)
    contact = contacts.filter(state=Contact.State.ACTIVE).first()
    home = None if contact else _home_of(user, organization)
    hold = Hold(organization=organization, user=user, home=home, contact=contact, reason=reason.strip())
    hold.held_by = actor.user
    hold.save(force_insert=True)
    rooms = tuple(_held_seats(user).values_list("workspace_id", flat=True))
    for room in rooms:
        grants.withdraw(room, [user.pk])
    emit(PersonHeld.of(hold, actor, rooms=rooms))
    return hold


def _home_of(user: User, organization: Organization) -> Organization | None:
    """Return for which organization they act in the rooms of another, or for which of its partners they work."""
    seats = Member.objects.filter(user=user, workspace__host=organization).exclude(organization=organization)
    seat = seats.select_related("organization").order_by("pk").first()
    if seat is not None:
        return seat.organization
    words = "SELECT priv.home_of(%s, %s)"  # the holder sees few of a partner's people
    ((home_id,),) = execute(words, [user.pk, organization.pk], ("uuid", "uuid"))
    return Organization.objects.filter(pk=home_id).first() if home_id else None


def _held_seats(user: User) -> Members:
    return Member.objects.filter(user=user, held_at__isnull=False).order_by("workspace_id")


@operation
def lift_hold(*, actor: Actor, hold: Hold) -> Hold:
    """Let the person in again, where they sit.

    Raises:
        HoldLifted: somebody has done so.

    Emits: PersonReleased.
    """
    hold = held(hold)
    require(actor, "workspaces.lift_hold", hold)
    waiting = list(_held_seats(hold.user).values_list("pk", flat=True))
    hold.lift(by=actor)
    hold.save(update_fields=["lifted_by", "lifted_at"])
    seats = list(Member.objects.filter(pk__in=waiting, held_at=None))
    for seat in seats:
        grants.write(seat)
    emit(PersonReleased.of(hold, actor, rooms=tuple(seat.workspace_id for seat in seats)))
    return hold


@operation
def answer_hold(*, actor: Actor, hold: Hold, text: str) -> HoldAnswer:
    """Say something to a hold: the person, their own side, or their sponsor.

    Raises:
        HoldLifted: there is nothing left to answer.

    Emits: HoldAnswered.
    """
    require(actor, "workspaces.answer_hold", hold)
    hold.check_standing()
    answer = HoldAnswer(hold=hold, author=actor.user, text=text.strip())
    answer.save(force_insert=True)
    emit(HoldAnswered.of(hold, actor))
    return answer


def held(hold: Hold) -> Hold:
    """Return the hold as it is now, locked."""
    rows = Hold.objects.select_related("organization", "user", "home")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=hold.pk)
