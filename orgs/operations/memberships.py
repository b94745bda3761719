"""People come into an organization, change their place in it, and leave."""

from uuid import UUID

from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.recent import require_recent
from kernel.rules import require
from orgs.errors import AlreadyMember, LastOwner, ManagerCircle
from orgs.errors import MembershipEnded as EndedAlready
from orgs.events import MemberInvited, MembershipChanged
from orgs.models import Invitation, Membership, Organization
from orgs.operations.hats import department_of, member_of, recheck, under
from orgs.operations.invitations import issue


@operation
def invite_member(
    *,
    actor: Actor,
    organization: Organization,
    email: str,
    role: str = Membership.Role.MEMBER,
    title: str = "",
    department: UUID | None = None,
    manager: UUID | None = None,
) -> Invitation:
    """Offer somebody a place in the organization, by mail; ``invitation.token`` holds the secret this once.

    Raises:
        AlreadyMember: the address belongs to a member.
        AlreadyInvited: an offer to it is open.
        InvalidInput: department or manager are not this organization's.
        ConfirmationNeeded: the role is more than a member's, and they signed in more than ten minutes ago.

    Emits: MemberInvited.
    """
    organization = Organization.objects.locked(organization.pk)
    require(actor, "orgs.invite_member", organization)
    if role == Membership.Role.OWNER:
        require(actor, "orgs.make_owner", organization)
    if role != Membership.Role.MEMBER:
        require_recent(actor)
    place = department_of(organization, department)
    above = member_of(organization, manager, "/manager")
    if organization.memberships.active().filter(user__email__iexact=email).exists():
        raise AlreadyMember
    hat = under(actor, organization)
    invitation, token = issue(
        actor=hat,
        kind=Invitation.Kind.MEMBER,
        organization=organization,
        email=email,
        role=role,
        title=title,
        department=place,
        manager=above,
    )
    emit(MemberInvited.of(invitation, hat))
    invitation.token = token
    return invitation


@operation
def change_membership(*, actor: Actor, membership: Membership, **changes: object) -> Membership:
    """Change any of role, title, department, manager; what stays as it was leaves no trace.

    Args:
        changes: ``department`` and ``manager`` are ids, the latter of a person.

    Raises:
        NotAllowed: an admin does not touch owners, nor make any.
        MembershipEnded: they have left.
        LastOwner: nobody would own the organization.
        ManagerCircle: they would be their own manager.
        InvalidInput: department or manager are not this organization's.
        ConfirmationNeeded: the role is more than a member's, and they signed in more than ten minutes ago.

    Emits: MembershipChanged, if something changed.
    """
    organization, membership = held(membership)
    require(actor, "orgs.change_membership", membership)
    if not membership.is_active:
        raise EndedAlready
    before, wanted = membership.role, dict(changes)
    if wanted.get("role", before) != before:
        _check_role(actor, organization, membership, str(wanted["role"]))
    if "department" in wanted:
        wanted["department"] = department_of(organization, wanted["department"])  # type: ignore[arg-type]
    if "manager" in wanted:
        wanted["manager"] = member_of(organization, wanted["manager"], "/manager")  # type: ignore[arg-type]
        _check_no_circle(organization, membership.user_id, wanted["manager"])
    changed = tuple(one for one in wanted if wanted[one] != getattr(membership, one))
    if not changed:
        return membership
    for one in changed:
        setattr(membership, one, wanted[one])
    membership.save(update_fields=changed)
    emit(MembershipChanged.of(membership, under(actor, organization), fields=changed, before=before))
    recheck(membership.user_id)
    return membership


def held(membership: Membership) -> tuple[Organization, Membership]:
    """Lock the organization, then the membership, and return both as they are now."""
    organization = Organization.objects.locked(membership.organization_id)
    now = Membership.objects.select_for_update(of=("self",)).select_related("user", "department", "manager")
    return organization, now.get(pk=membership.pk)


def check_not_last_owner(organization: Organization, membership: Membership) -> None:
    owners = organization.memberships.active().filter(role=Membership.Role.OWNER)
    if membership.role == Membership.Role.OWNER and not owners.exclude(pk=membership.pk).exists():
        raise LastOwner


def _check_role(actor: Actor, organization: Organization, membership: Membership, role: str) -> None:
    if role == Membership.Role.OWNER:
        require(actor, "orgs.make_owner", organization)
    if role != Membership.Role.MEMBER:
        require_recent(actor)
    check_not_last_owner(organization, membership)


def managers_in(organization: Organization) -> dict[UUID, UUID | None]:
    """Return whom everybody in the organization reports to."""
    return dict(organization.memberships.active().values_list("user_id", "manager_id"))


def leads_to(managers: dict[UUID, UUID | None], start: UUID | None, goal: UUID) -> bool:
    """Tell whether going up from ``start``, itself included, one meets ``goal``."""
    seen: set[UUID] = set()
    while start is not None and start not in seen:
        if start == goal:
            return True
        seen.add(start)
        start = managers.get(start)
    return False


def _check_no_circle(organization: Organization, user_id: UUID, manager: object) -> None:
    above = getattr(manager, "pk", None)
    if leads_to(managers_in(organization), above, user_id):
        raise ManagerCircle
