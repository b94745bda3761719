"""Offboarding: what a person could do here ends at once, what was open with them goes to somebody else."""

from uuid import UUID

from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.errors import MembershipEnded as EndedAlready
from orgs.events import InvitationRevoked, MembershipEnded
from orgs.models import Invitation, Membership, Organization
from orgs.operations.hats import member_of, recheck, under
from orgs.operations.invitations import close
from orgs.operations.memberships import check_not_last_owner, held, leads_to, managers_in
from orgs.operations.sign_outs import end_sign_ins


@operation
def end_membership(*, actor: Actor, membership: Membership, handover: UUID | None = None) -> Membership:
    """Let somebody go: sessions, sockets and tokens end, open duties move on.

    Args:
        handover: the member who takes over; else the person's manager, else who lets them go, else an owner.

    Raises:
        NotAllowed: an admin does not end an owner's membership.
        MembershipEnded: they have left already.
        LastOwner: nobody would own the organization.
        InvalidInput: ``handover`` is nobody else in this organization.

    Emits: MembershipEnded; InvitationRevoked for each offer of theirs that was open.
    """
    organization, membership = held(membership)
    require(actor, "orgs.end_membership", membership)
    if not membership.is_active:
        raise EndedAlready
    check_not_last_owner(organization, membership)
    heir = _heir(actor, organization, membership, handover)
    hat = under(actor, organization)
    _hand_over(organization, membership, heir)
    _revoke_offers(organization, membership.user_id, hat)
    membership.state = Membership.State.ENDED
    membership.ended_at = timezone.now()
    membership.save(update_fields=["state", "ended_at"])
    ended = end_sign_ins(organization, membership.user_id)
    names = {"handover_id": heir.pk if heir else None, "handover_name": heir.name if heir else ""}
    emit(MembershipEnded.of(membership, hat, **names, **ended))
    recheck(membership.user_id)
    return membership


def _heir(
    actor: Actor, organization: Organization, leaving: Membership, handover: UUID | None
) -> User | None:
    if handover == leaving.user_id:
        raise InvalidInput.at("/handover", "same", _("Hand over to somebody who stays."))
    if handover is not None:
        return member_of(organization, handover, "/handover")
    staying = organization.memberships.active().exclude(pk=leaving.pk).select_related("user")
    for one in (leaving.manager_id, actor.user_id):
        found = staying.filter(user_id=one).first() if one else None
        if found is not None:
            return found.user
    owner = staying.filter(role=Membership.Role.OWNER).order_by("created_at").first()
    return owner.user if owner else None


def _hand_over(organization: Organization, leaving: Membership, heir: User | None) -> None:
    """Give on what orgs itself keeps: reports, departments, positions, contacts, partnerships."""
    _hand_over_reports(organization, leaving, heir)
    with connections[database()].cursor() as cursor:
        cursor.execute(
            "SELECT priv.hand_over(%s, %s, %s)", [organization.pk, leaving.user_id, heir.pk if heir else None]
        )


def _hand_over_reports(organization: Organization, leaving: Membership, heir: User | None) -> None:
    """Whoever reported to them reports to the heir, or one step up where that would close a circle."""
    managers = managers_in(organization)
    for report in organization.memberships.active().filter(manager=leaving.user_id):
        new = heir.pk if heir else None
        if leads_to(managers, new, report.user_id):
            new = leaving.manager_id
        managers[report.user_id] = report.manager_id = new
        report.save(update_fields=["manager"])


def _revoke_offers(organization: Organization, user_id: UUID, actor: Actor) -> None:
    offers = organization.invitations.filter(state=Invitation.State.OPEN, inviter=user_id)
    for offer in offers.filter(kind=Invitation.Kind.MEMBER).select_related("organization", "contact"):
        if close(offer.pk, Invitation.State.REVOKED):
            emit(InvitationRevoked.of(offer, actor))
