"""An organization signs somebody out of everything: one of its people, or an outsider it vouches for."""

from uuid import UUID

from django.db.models import F

from accounts.models import Session, Token, User
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.errors import ContactClosed, MembershipEnded
from orgs.events import ContactSignedOut, MemberSignedOut
from orgs.models import Contact, Membership, Organization
from orgs.operations.hats import recheck, under
from orgs.operations.memberships import held


@operation
def sign_member_out(*, actor: Actor, membership: Membership) -> Membership:
    """End what somebody has open, on a lost laptop say; they stay a member and may sign in anew.

    Raises:
        NotAllowed: oneself, or an owner where an admin asks.
        MembershipEnded: they have left.

    Emits: MemberSignedOut.
    """
    organization, membership = held(membership)
    require(actor, "orgs.sign_member_out", membership)
    if not membership.is_active:
        raise MembershipEnded
    ended = end_sign_ins(organization, membership.user_id)
    emit(MemberSignedOut.of(membership, under(actor, organization), **ended))
    recheck(membership.user_id)
    return membership


@operation
def sign_contact_out(*, actor: Actor, contact: Contact) -> Contact:
    """End what an outsider has open; they stay a contact and may sign in anew.

    How much that was is not told: they may work for somebody else as well.

    Raises:
        ContactClosed: they are not inside.

    Emits: ContactSignedOut.
    """
    organization = Organization.objects.locked(contact.organization_id)
    contact = Contact.objects.locked(contact.pk)
    require(actor, "orgs.sign_contact_out", contact)
    if contact.state != Contact.State.ACTIVE or contact.user_id is None:
        raise ContactClosed
    end_sign_ins(organization, contact.user_id)
    emit(ContactSignedOut.of(contact, under(actor, organization)))
    recheck(contact.user_id)
    return contact


def end_sign_ins(organization: Organization, user_id: UUID) -> dict[str, int]:
    """End every session and socket, and every token but those that open another organization alone.

    Returns:
        how many ``sessions`` and ``tokens`` ended, for the receipt.
    """
    person = User.objects.locked(user_id)
    standing = Token.objects.standing().filter(user=person)
    kept = standing.exclude(org_id=None).exclude(org_id=organization.pk)
    ended = {
        "sessions": Session.objects.living(person).count(),
        "tokens": standing.count() - kept.count(),
    }
    person.end_sign_ins()
    person.save(update_fields=["auth_epoch"])
    kept.filter(epoch=person.auth_epoch - 1).update(epoch=F("epoch") + 1)
    return ended
