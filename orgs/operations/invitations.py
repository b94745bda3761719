"""Offers by mail: issued, accepted once, taken back, expired."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.tokens import digest_of
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import may, require
from notifications.operations import post_letter
from orgs.errors import AlreadyInvited, AlreadyMember, InvitationClosed, PartnershipStands, WrongAddress
from orgs.events import (
    ContactJoined,
    InvitationExpired,
    InvitationResent,
    InvitationRevoked,
    MembershipStarted,
    PartnershipAccepted,
    PartnershipEnded,
)
from orgs.models import Contact, Invitation, Membership, Organization, Partnership
from orgs.models.invitations import VALID_FOR
from orgs.models.organizations import STEERING
from orgs.operations.hats import recheck, under
from orgs.operations.organizations import create_org

Opened = Membership | Contact | Partnership


def issue(
    *, actor: Actor, kind: str, organization: Organization, email: str, **facts: Any
) -> tuple[Invitation, str]:
    """Write an offer down and post its letter; return it with its secret.

    Raises:
        AlreadyInvited: an offer of this kind to this address is open.
    """
    known = Invitation.objects.filter(organization=organization, kind=kind, email__iexact=email)
    if known.open().exists():
        raise AlreadyInvited
    known.overdue().update(state=Invitation.State.EXPIRED)
    token = Invitation.draw_token()
    invitation = Invitation.objects.create(
        kind=kind,
        organization=organization,
        email=email.lower(),
        digest=digest_of(token),
        inviter=actor.user,
        expires_at=timezone.now() + VALID_FOR,
        **facts,
    )
    _post(actor, invitation, token)
    return invitation, token


def _post(actor: Actor, invitation: Invitation, token: str) -> None:
    reader = User.objects.filter(email=invitation.email).first()
    context = {
        "url": reverse("invitation", args=[token]),
        "button": str(_("Open the invitation")),
        "inviter": invitation.inviter.name,
        "org": invitation.organization.name,
        "role": invitation.role,
        "name": invitation.contact.name if invitation.contact else "",
        "hours": int(VALID_FOR.total_seconds() // 3600),
    }
    post_letter(
        actor=actor,
        to=invitation.email,
        template=f"orgs/mail/invitation_{invitation.kind}",
        context=context,
        language=reader.language if reader else "",
        time_zone=reader.time_zone if reader else "UTC",
    )


@operation
def accept_invitation(
    *, actor: Actor, invitation: Invitation, organization: Organization | None = None
) -> Opened:
    """Take an offer up; of two who press at once, the second finds it closed.

    Args:
        organization: for a partnership, the one that becomes the partner; the actor steers it.

    Raises:
        WrongAddress: it was sent to an address that is not proved to be the actor's.
        InvitationClosed: used, taken back, expired, or its inviter may no longer offer it.
        AlreadyMember: they belong to the organization.
        InvalidInput: the partner is not named.

    Emits: MembershipStarted, ContactJoined or PartnershipAccepted.
    """
    if not may(actor, "orgs.accept_invitation", invitation):
        raise WrongAddress("orgs.accept_invitation")
    _hold_who_offers(invitation)
    taken = Invitation.objects.open().filter(pk=invitation.pk).update(state=Invitation.State.ACCEPTED)
    if taken != 1:
        raise InvitationClosed
    invitation = Invitation.objects.select_related("organization", "inviter").get(pk=invitation.pk)
    if invitation.organization.state != Organization.State.ACTIVE:
        raise InvitationClosed
    match invitation.kind:
        case Invitation.Kind.MEMBER:
            return _join(actor, invitation)
        case Invitation.Kind.CONTACT:
            return _come_in(actor, invitation)
        case _:
            return _partner_up(actor, invitation, organization)


@operation
def register_and_accept(
    *,
    actor: Actor,
    invitation: Invitation,
    name: str,
    slug: str,
    kind: str = Organization.Kind.COMPANY,
    country: str = "",
) -> Opened:
    """Register the invited company and accept for it, in one go.

    Raises:
        As ``create_org`` and ``accept_invitation``.

    Emits: OrganizationCreated, MembershipStarted, PartnershipAccepted.
    """
    if not may(actor, "orgs.accept_invitation", invitation):
        raise WrongAddress("orgs.accept_invitation")
    if not invitation.is_open or invitation.kind != Invitation.Kind.PARTNER:
        raise InvitationClosed
    organization = create_org(actor=actor, name=name, slug=slug, kind=kind, country=country)
    # A key bound to one organization may still speak for the one it has just registered.
    return accept_invitation(actor=actor, invitation=invitation, organization=organization)


def _hold_who_offers(invitation: Invitation) -> None:
    """Lock the organization: parent first, in every operation. Once the offer is over, it is nothing to the actor."""
    try:
        Organization.objects.locked(invitation.organization_id)
    except Organization.DoesNotExist:
        raise InvitationClosed from None


def _inviter_role(invitation: Invitation) -> str | None:
    """Return what the inviter is today: nobody receives more than the inviter may give."""
    theirs = Membership.objects.active().filter(
        organization_id=invitation.organization_id, user_id=invitation.inviter_id
    )
    return theirs.values_list("role", flat=True).first()


def _join(actor: Actor, invitation: Invitation) -> Membership:
    ceiling = _inviter_role(invitation)
    if ceiling not in STEERING or (
        invitation.role == Membership.Role.OWNER and ceiling != Membership.Role.OWNER
    ):
        raise InvitationClosed
    organization = invitation.organization
    former = Membership.objects.filter(organization=organization, user=actor.user).first()
    if former is not None and former.is_active:
        raise AlreadyMember
    manager_id = invitation.manager_id
    if manager_id and not organization.memberships.active().filter(user_id=manager_id).exists():
        manager_id = None
    membership = former or Membership(organization=organization, user=actor.user)
    membership.role = invitation.role
    membership.state = Membership.State.ACTIVE
    membership.title = invitation.title
    membership.department_id = invitation.department_id
    membership.manager_id = manager_id
    membership.ended_at = None
    membership.save()
    emit(MembershipStarted.of(membership, actor.for_org(organization)))
    recheck(actor.user_id)
    return membership


def _come_in(actor: Actor, invitation: Invitation) -> Contact:
    assert invitation.contact_id, "the kind says that there is one"
    contact = Contact.objects.locked(invitation.contact_id)
    if contact.expires_at <= timezone.now():
        raise InvitationClosed
    if Membership.objects.active().filter(organization=invitation.organization, user=actor.user).exists():
        raise AlreadyMember
    contact.move_to(Contact.State.ACTIVE)
    contact.user = actor.user
    contact.save(update_fields=["state", "user"])
    emit(ContactJoined.of(contact, actor))
    recheck(actor.user_id)
    return contact


def _partner_up(actor: Actor, invitation: Invitation, organization: Organization | None) -> Partnership:
    if organization is None:
        raise InvalidInput.at("/org", "required", _("Say which organization becomes the partner."))
    if _inviter_role(invitation) not in STEERING:
        raise InvitationClosed
    if organization.pk == invitation.organization_id:
        raise InvalidInput.at("/org", "same", _("An organization is not its own partner."))
    assert invitation.partnership_id, "the kind says that there is one"
    partnership = Partnership.objects.locked(invitation.partnership_id)
    if Partnership.objects.between(partnership.host_id, organization.pk).standing().exists():
        raise PartnershipStands
    partnership.partner = organization
    partnership.move_to(Partnership.State.ACTIVE)
    partnership.since = timezone.now()
    if (
        not Membership.objects.active()
        .filter(organization=organization, user=actor.user, role__in=STEERING)
        .exists()
    ):
        require(actor, "orgs.answer_partnership", partnership)
    partnership.save(update_fields=["partner", "state", "since"])
    emit(PartnershipAccepted.of(partnership, actor.for_org(organization)))
    return partnership


@operation
def resend_invitation(*, actor: Actor, invitation: Invitation) -> Invitation:
    """Post the letter of an open offer again. Its time starts anew, and the link of the first letter ends.

    Raises:
        InvitationClosed: it is no longer open.

    Emits: InvitationResent.
    """
    Organization.objects.locked(invitation.organization_id)
    require(actor, "orgs.revoke_invitation", invitation)
    token = Invitation.draw_token()
    renewed = {"digest": digest_of(token), "expires_at": timezone.now() + VALID_FOR}
    if Invitation.objects.open().filter(pk=invitation.pk).update(**renewed) != 1:
        raise InvitationClosed
    invitation = Invitation.objects.select_related("organization", "contact", "inviter").get(pk=invitation.pk)
    _post(actor, invitation, token)
    emit(InvitationResent.of(invitation, under(actor, invitation.organization)))
    return invitation


@operation
def revoke_invitation(*, actor: Actor, invitation: Invitation) -> Invitation:
    """Take an offer back, and with it what it was for.

    Raises:
        InvitationClosed: it is no longer open.

    Emits: InvitationRevoked; PartnershipEnded, if it offered a partnership.
    """
    Organization.objects.locked(invitation.organization_id)
    require(actor, "orgs.revoke_invitation", invitation)
    if not close(invitation.pk, Invitation.State.REVOKED):
        raise InvitationClosed
    invitation = Invitation.objects.select_related("organization", "contact").get(pk=invitation.pk)
    hat = under(actor, invitation.organization)
    emit(InvitationRevoked.of(invitation, hat))
    if invitation.contact_id:
        contact = Contact.objects.locked(invitation.contact_id)
        if contact.state == Contact.State.INVITED:
            contact.move_to(Contact.State.DRAFT)
            contact.save(update_fields=["state"])
    if invitation.partnership_id:
        partnership = Partnership.objects.locked(invitation.partnership_id)
        partnership.move_to(Partnership.State.ENDED)
        partnership.save(update_fields=["state"])
        emit(PartnershipEnded.of(partnership, hat))
    return invitation


def close(invitation_id: UUID, state: str) -> bool:
    """End an open offer; False if somebody was quicker."""
    still_open = Invitation.objects.filter(pk=invitation_id, state=Invitation.State.OPEN)
    return still_open.update(state=state) == 1


@operation
def expire_invitation(*, actor: Actor, invitation: Invitation) -> bool:
    """End an offer whose time is over; run twice, the second finds nothing to do.

    Emits: InvitationExpired.
    """
    if Invitation.objects.overdue().filter(pk=invitation.pk).update(state=Invitation.State.EXPIRED) != 1:
        return False
    invitation = Invitation.objects.select_related("organization", "contact").get(pk=invitation.pk)
    emit(InvitationExpired.of(invitation, actor))
    return True
