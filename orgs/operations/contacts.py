"""External contacts: proposed by a sponsor, admitted by somebody else, here until a date."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import tidy
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import may, require
from orgs.errors import AlreadyMember, ContactClosed, ContactKnown
from orgs.events import (
    ContactApproved,
    ContactBlocked,
    ContactChanged,
    ContactDrafted,
    ContactExpired,
    ContactInvited,
    ContactProposed,
    ContactRejected,
    ContactUnblocked,
)
from orgs.models import Contact, Invitation, Organization
from orgs.operations.hats import member_of, recheck, under
from orgs.operations.invitations import issue

State = Contact.State
TEXTS = ("name", "company", "title", "phone")


@operation
def propose_contact(
    *,
    actor: Actor,
    organization: Organization,
    name: str,
    email: str,
    company: str,
    country: str = "",
    expires_at: datetime,
    title: str = "",
    phone: str = "",
    tags: list[str] | None = None,
    sponsor: UUID | None = None,
    draft: bool = False,
) -> Contact:
    """Put an outsider forward, under a sponsor and until a date; an owner or admin decides.

    Args:
        sponsor: the member who vouches; the proposer themself, unless said otherwise.
        draft: keep it for later; nobody is asked yet.

    Raises:
        ContactKnown: the address is among the contacts.
        AlreadyMember: the address belongs to a member.
        InvalidInput: the end lies in the past, or the sponsor is not a member.

    Emits: ContactDrafted or ContactProposed.
    """
    require(actor, "orgs.propose_contact", organization)
    _check_end(expires_at)
    vouching = member_of(organization, sponsor or actor.user_id, "/sponsor")
    if organization.memberships.active().filter(user__email__iexact=email).exists():
        raise AlreadyMember
    contact = Contact(
        organization=organization,
        name=tidy(name),
        email=email.lower(),
        company=tidy(company),
        country=country,
        title=tidy(title),
        phone=tidy(phone),
        tags=_tags(tags or []),
        sponsor=vouching,
        proposer=actor.user,
        expires_at=expires_at,
        state=State.DRAFT if draft else State.AWAITING_APPROVAL,
    )
    _save(contact)
    hat = under(actor, organization)
    emit(ContactDrafted.of(contact, hat) if draft else ContactProposed.of(contact, hat))
    return contact


@operation
def change_contact(*, actor: Actor, contact: Contact, **changes: object) -> Contact:
    """Change any of name, company, country, title, phone, tags, sponsor, expires_at; the address before approval only.

    After approval a later end, or another sponsor, is for owners and admins to grant.

    Raises:
        ContactKnown: the new address is among the contacts.
        ContactClosed: who was approved keeps name and address, who is blocked changes nothing.
        InvalidInput: the end lies in the past, or the sponsor is not a member.

    Emits: ContactChanged, if something changed.
    """
    contact = _held(contact)
    require(actor, "orgs.change_contact", contact)
    wanted = dict(changes)
    for one in TEXTS:
        if one in wanted:
            wanted[one] = tidy(str(wanted[one]))
    if "email" in wanted:
        wanted["email"] = str(wanted["email"]).lower()
    if "tags" in wanted:
        wanted["tags"] = _tags(wanted["tags"])  # type: ignore[arg-type]
    if "sponsor" in wanted:
        wanted["sponsor"] = member_of(contact.organization, wanted["sponsor"], "/sponsor")  # type: ignore[arg-type]
    changed = tuple(one for one in wanted if wanted[one] != getattr(contact, one))
    if not changed:
        return contact
    if contact.state == State.BLOCKED or (not contact.is_editable and {"name", "email"} & set(changed)):
        raise ContactClosed
    if "expires_at" in changed:
        _check_end(wanted["expires_at"])  # type: ignore[arg-type]
    if not contact.is_editable and {"expires_at", "sponsor"} & set(changed):
        require(actor, "orgs.block_contact", contact)
    for one in changed:
        setattr(contact, one, wanted[one])
    _save(contact)
    emit(ContactChanged.of(contact, under(actor, contact.organization), fields=changed))
    return contact


@operation
def submit_contact(*, actor: Actor, contact: Contact) -> Contact:
    """Ask for the approval of a draft.

    Raises:
        ContactClosed: it is no draft.

    Emits: ContactProposed.
    """
    contact = _held(contact)
    require(actor, "orgs.change_contact", contact)
    if contact.state != State.DRAFT:
        raise ContactClosed
    _check_end(contact.expires_at)
    contact.move_to(State.AWAITING_APPROVAL)
    contact.proposer = actor.user
    contact.save(update_fields=["state", "proposer"])
    emit(ContactProposed.of(contact, under(actor, contact.organization)))
    return contact


@operation
def decide_contact(*, actor: Actor, contact: Contact, decision: str, comment: str = "") -> Contact:
    """Approve, and the invitation leaves; or reject, and it is a draft again. The second to decide finds it closed.

    Args:
        decision: ``approve`` or ``reject``.

    Raises:
        NotAllowed: neither owner nor admin, or the proposer while there is another.
        ContactClosed: it does not wait for approval.
        InvalidInput: the end has passed meanwhile.

    Emits: ContactApproved and ContactInvited, or ContactRejected.
    """
    contact = _held(contact)
    require(actor, "orgs.decide_contact", contact)
    if contact.state != State.AWAITING_APPROVAL:
        raise ContactClosed
    contact.decider, contact.decided_at, contact.comment = actor.user, timezone.now(), comment
    hat = under(actor, contact.organization)
    if decision == "approve":
        _check_end(contact.expires_at)
        contact.move_to(State.INVITED)
        contact.save()
        emit(ContactApproved.of(contact, hat))
        _send(hat, contact)
    else:
        contact.move_to(State.DRAFT)
        contact.save()
        emit(ContactRejected.of(contact, hat))
    return contact


@operation
def invite_contact(*, actor: Actor, contact: Contact, expires_at: datetime | None = None) -> Contact:
    """Send an approved contact a fresh invitation; the one before is void.

    Somebody whose time was over needs a new end. Where the one who asks cannot grant it, it is
    approved once more.

    Raises:
        ContactClosed: not approved, inside already, or blocked.
        InvalidInput: the end lies in the past.

    Emits: ContactInvited, or ContactProposed.
    """
    contact = _held(contact)
    require(actor, "orgs.invite_contact", contact)
    if contact.state not in (State.INVITED, State.EXPIRED):
        raise ContactClosed
    steers = may(actor, "orgs.block_contact", contact)
    if expires_at is not None and expires_at != contact.expires_at:
        if contact.state == State.INVITED and not steers:
            require(actor, "orgs.block_contact", contact)
        contact.expires_at = expires_at
    _check_end(contact.expires_at)
    hat = under(actor, contact.organization)
    if contact.state == State.EXPIRED and not steers:
        contact.move_to(State.AWAITING_APPROVAL)
        contact.proposer = actor.user
        contact.save()
        emit(ContactProposed.of(contact, hat))
        return contact
    contact.move_to(State.INVITED)
    contact.save()
    _send(hat, contact)
    return contact


@operation
def block_contact(*, actor: Actor, contact: Contact) -> Contact:
    """Shut a contact out at once: open offers are void, sockets end, seats elsewhere close with the event.

    Raises:
        ContactClosed: blocked already.

    Emits: ContactBlocked.
    """
    contact = _held(contact)
    require(actor, "orgs.block_contact", contact)
    contact.move_to(State.BLOCKED)
    contact.save(update_fields=["state"])
    _void_offers(contact)
    emit(ContactBlocked.of(contact, under(actor, contact.organization)))
    recheck(contact.user_id)
    return contact


@operation
def unblock_contact(*, actor: Actor, contact: Contact) -> Contact:
    """Let a contact in again if their time is not over; else it is a draft, to be approved anew.

    Raises:
        ContactClosed: not blocked.

    Emits: ContactUnblocked.
    """
    contact = _held(contact)
    require(actor, "orgs.block_contact", contact)
    if contact.state != State.BLOCKED:
        raise ContactClosed
    contact.move_to(State.ACTIVE if contact.is_admitted else State.DRAFT)
    contact.save(update_fields=["state"])
    emit(ContactUnblocked.of(contact, under(actor, contact.organization)))
    recheck(contact.user_id)
    return contact


@operation
def expire_contact(*, actor: Actor, contact: Contact) -> bool:
    """End a contact whose time is over; run twice, the second finds nothing to do.

    Emits: ContactExpired.
    """
    found = Contact.objects.overdue().select_for_update(of=("self",)).filter(pk=contact.pk).first()
    if found is None:
        return False
    found.move_to(State.EXPIRED)
    found.save(update_fields=["state"])
    _void_offers(found)
    emit(ContactExpired.of(found, actor))
    recheck(found.user_id)
    return True


def _held(contact: Contact) -> Contact:
    """Lock the organization, then the contact, and return it as it is now."""
    Organization.objects.locked(contact.organization_id)
    now = Contact.objects.select_for_update(of=("self",)).select_related(
        "organization", "sponsor", "proposer"
    )
    return now.get(pk=contact.pk)


def _send(actor: Actor, contact: Contact) -> None:
    _void_offers(contact)
    invitation, _token = issue(
        actor=actor,
        kind=Invitation.Kind.CONTACT,
        organization=contact.organization,
        email=contact.email,
        contact=contact,
    )
    emit(ContactInvited.of(contact, actor, expires_at=invitation.expires_at))


def _void_offers(contact: Contact) -> None:
    contact.invitations.filter(state=Invitation.State.OPEN).update(state=Invitation.State.REVOKED)


def _check_end(end: datetime) -> None:
    if end <= timezone.now():
        raise InvalidInput.at("/expires_at", "past", _("Choose a time in the future."))


def _tags(said: list[str]) -> list[str]:
    return list(dict.fromkeys(tidy(one) for one in said if one.strip()))


def _save(contact: Contact) -> None:
    try:
        with transaction.atomic(using=database()):
            contact.save()
    except IntegrityError:
        raise ContactKnown from None
