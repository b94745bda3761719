"""What organizations let go of when somebody leaves the platform for good."""

from uuid import UUID

from django.db.models import Q

from kernel.actor import Actor
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Contact, Invitation, Membership, Partnership
from orgs.operations.contacts import State, block_contact
from orgs.operations.leaving import end_membership


@operation
def forget_person(*, actor: Actor, user_id: UUID, address: str, name: str, email: str) -> list[UUID]:
    """End every membership and contact of a person, and put ``name`` and ``email`` where theirs stood.

    Returns the ids of contacts and invitations that named them.

    Args:
        address: theirs, to which offers may have been sent.

    Emits: MembershipEnded and ContactBlocked, for each.
    """
    require(actor, "orgs.forget_person")
    for membership in Membership.objects.active().filter(user_id=user_id):
        end_membership(actor=actor, membership=membership)
    contacts = Contact.objects.filter(user_id=user_id)
    contacts.update(name=name, email=email, title="", phone="", tags=[])
    for contact in contacts.exclude(state=State.BLOCKED):
        block_contact(actor=actor, contact=contact)
    invitations = Invitation.objects.filter(Q(contact__in=contacts) | Q(email__iexact=address))
    found = [*contacts.values_list("pk", flat=True), *invitations.values_list("pk", flat=True)]
    invitations.update(email=email)
    Partnership.objects.filter(partner_email__iexact=address).update(partner_email=email)
    return found
