"""People get a seat, another role, or go. Each organization decides for its own."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotVisible
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import may, require
from orgs.models import Contact, Membership, Organization
from workspaces import grants
from workspaces.errors import AlreadyInRoom, ContactTooHigh, LastManager, NotTheirPeople, ParticipationClosed
from workspaces.events import MemberAdded, MemberChanged, MemberRemoved
from workspaces.models import Member, Participant, Workspace
from workspaces.operations.hats import for_side, locked
from workspaces.rules import in_force


def side_of(workspace: Workspace, organization_id: Any) -> Participant:
    """Return the organization's part in the room.

    Raises:
        ParticipationClosed: it does not take part now.
    """
    found = workspace.participants.filter(organization=organization_id).select_related("organization").first()
    if found is None or found.state != Participant.State.ACTIVE:
        raise ParticipationClosed
    found.workspace = workspace
    return found


@operation
def add_member(
    *,
    actor: Actor,
    workspace: Workspace,
    user: User,
    role: str = Member.Role.EDITOR,
    expires_at: datetime | None = None,
) -> Member:
    """Seat somebody of one's own organization.

    Raises:
        NotTheirPeople: they belong to another organization.
        AlreadyInRoom: they sit here.

    Emits: MemberAdded.
    """
    workspace = locked(workspace.pk)
    workspace.check_open()
    side = side_of(workspace, _organization_for(actor, workspace, user))
    require(actor, "workspaces.manage_people", side)
    _check_future(expires_at)
    return _seat(actor, side, user, role=role, expires_at=expires_at)


@operation
def add_contact(
    *,
    actor: Actor,
    workspace: Workspace,
    contact: Contact,
    role: str = Member.Role.VIEWER,
    expires_at: datetime | None = None,
) -> Member:
    """Seat an external contact of one's own organization, for a time.

    Args:
        expires_at: at the latest when the contact's own time ends, and within the policy's ``guest_days``.

    Raises:
        ContactTooHigh: a contact is an editor at most.
        InvalidInput: the contact has not come in yet, or the time is too long.

    Emits: MemberAdded.
    """
    workspace = locked(workspace.pk)
    workspace.check_open()
    side = side_of(workspace, contact.organization_id)
    if not may(actor, "workspaces.manage_people", side):
        require(actor, "workspaces.bring_contact", (side, contact))
    if role == Member.Role.MANAGER:
        raise ContactTooHigh("workspaces.manage_people")
    if contact.state != Contact.State.ACTIVE or contact.user is None:
        raise InvalidInput.at(
            "/contact", "not_active", _("This contact has not accepted the invitation yet.")
        )
    latest = min(contact.expires_at, timezone.now() + timedelta(days=in_force(workspace)["guest_days"].value))
    until = expires_at or latest
    _check_future(until)
    if until > latest:
        raise InvalidInput.at(
            "/expires_at", "too_late", _("Longer than the contact, or the rules here, allow.")
        )
    return _seat(actor, side, contact.user, role=role, expires_at=until, contact=contact)


@operation
def seat_bot(
    *, actor: Actor, workspace: Workspace, organization: Organization, user: User, role: str
) -> Member:
    """Seat a program that an organization runs. It belongs to none itself: whoever decides for that one vouches for it.

    Emits: MemberAdded.
    """
    side = side_of(locked(workspace.pk), organization.pk)
    require(actor, "workspaces.manage_people", side)
    if not user.is_bot:
        raise NotTheirPeople("workspaces.manage_people")
    side.workspace = workspace
    return _seat(actor, side, user, role=role)


@operation
def unseat_bot(*, actor: Actor, seat: Member) -> None:
    """Take a program's seat away, for the organization that runs it or for any other that takes part.

    Emits: MemberRemoved.
    """
    seat = held(seat)
    require(actor, "workspaces.remove_bot", seat)
    take_away(actor, seat)


def _organization_for(actor: Actor, workspace: Workspace, user: User) -> Any:
    """Return for which organization they would sit: one that takes part, the actor's own first."""
    parts = workspace.participants.active().values_list("organization_id", flat=True)
    theirs = Membership.objects.active().filter(user=user, organization__in=list(parts))
    found = list(theirs.values_list("organization_id", flat=True))
    mine = set(Membership.objects.of(actor).values_list("organization_id", flat=True))
    own = [one for one in found if one in mine]
    if not own:
        raise NotTheirPeople("workspaces.manage_people")
    return actor.org_id if actor.org_id in own else own[0]


def _seat(actor: Actor, side: Participant, user: User, **place: Any) -> Member:
    if Member.objects.filter(workspace=side.workspace_id, user=user).exists():
        raise AlreadyInRoom
    seat = Member(
        workspace=side.workspace, user=user, organization=side.organization, added_by=actor.user, **place
    )
    seat.save(force_insert=True)
    seat.refresh_from_db(fields=["held_at"])  # the database knows whom somebody holds
    grants.write(seat)
    emit(MemberAdded.about(seat, for_side(actor, side.organization), role=seat.role))
    return seat


def _check_future(moment: datetime | None) -> None:
    if moment is not None and moment <= timezone.now():
        raise InvalidInput.at("/expires_at", "past", _("Choose a time in the future."))


def held(seat: Member) -> Member:
    """Return the seat as it is now, its workspace locked before it."""
    workspace = locked(seat.workspace_id)
    found = Member.objects.select_related("user", "organization", "contact").filter(pk=seat.pk).first()
    if found is None:
        raise NotVisible
    found.workspace = workspace
    return found


@operation
def change_member(*, actor: Actor, seat: Member, **changes: Any) -> Member:
    """Change role or end of a seat.

    Raises:
        LastManager: nobody of that organization could manage any more.
        ContactTooHigh: a contact is an editor at most.

    Emits: MemberChanged, if something changed.
    """
    seat = held(seat)
    side = side_of(seat.workspace, seat.organization_id)
    require(actor, "workspaces.manage_people", side)
    seat.workspace.check_open()
    before = {name: getattr(seat, name) for name in ("role", "expires_at")}
    changed = {name: value for name, value in changes.items() if value != before[name]}
    if not changed:
        return seat
    _check_change(seat, changed)
    for name, value in changed.items():
        setattr(seat, name, value)
    seat.save(update_fields=list(changed))
    grants.write(seat)
    told = {"before": _told({name: before[name] for name in changed}), "after": _told(changed)}
    emit(MemberChanged.about(seat, for_side(actor, side.organization), **told))
    return seat


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()
    }


def _check_change(seat: Member, changed: dict[str, Any]) -> None:
    if seat.is_external and changed.get("role") == Member.Role.MANAGER:
        raise ContactTooHigh("workspaces.manage_people")
    if seat.user.is_bot and changed.get("role") == Member.Role.MANAGER:
        raise InvalidInput.at("/role", "bot", _("A bot decides about nobody: it can be an editor at most."))
    if "expires_at" in changed:
        _check_future(changed["expires_at"])
        latest = seat.contact.expires_at if seat.contact else None
        if latest and (changed["expires_at"] is None or changed["expires_at"] > latest):
            raise InvalidInput.at("/expires_at", "too_late", _("Longer than the contact's own time."))
    if changed.get("role", Member.Role.MANAGER) != Member.Role.MANAGER:
        check_way_in(seat)


def check_way_in(seat: Member) -> None:
    """An organization keeps a way in: another manager, or an owner or admin, who always has one."""
    if seat.role != Member.Role.MANAGER:
        return
    others = Member.objects.filter(
        workspace=seat.workspace_id, organization=seat.organization_id, role=Member.Role.MANAGER
    ).exclude(pk=seat.pk)
    steering = Membership.objects.steering().filter(organization=seat.organization_id)
    if not others.exists() and not steering.exists():
        raise LastManager


@operation
def remove_member(*, actor: Actor, seat: Member) -> None:
    """Take a seat away, or give up one's own; sockets and grants end at once.

    Raises:
        LastManager: nobody of that organization could manage any more.

    Emits: MemberRemoved.
    """
    seat = held(seat)
    require(actor, "workspaces.remove_member", seat)
    check_way_in(seat)
    take_away(for_side(actor, seat.organization), seat)


def take_away(actor: Actor, seat: Member) -> None:
    """End a seat. It goes last: whoever gives up their own sees the room through it alone."""
    grants.withdraw(seat.workspace_id, [seat.user_id])
    emit(MemberRemoved.about(seat, actor))
    Member.objects.filter(pk=seat.pk).delete()
