"""Two organizations agree to work together, pause, resume and part."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.acting import acting, database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import may, require
from orgs.errors import NotTheSuspender, PartnershipClosed, PartnershipStands
from orgs.events import (
    AgreementTerminated,
    PartnershipAccepted,
    PartnershipChanged,
    PartnershipDeclined,
    PartnershipEnded,
    PartnershipProposed,
    PartnershipResumed,
    PartnershipSuspended,
)
from orgs.models import Agreement, Invitation, Membership, Organization, Partnership
from orgs.operations.hats import side_of, under
from orgs.operations.invitations import issue

State = Partnership.State
Partner = Organization | str


def partner_named(said: str) -> Partner:
    """Return the organization with that id or short name; an address of one that is not here stays as it is.

    Raises:
        InvalidInput: there is none, and it is no address.
    """
    found = Organization.objects.filter(state=Organization.State.ACTIVE)
    try:
        found = found.filter(pk=UUID(said))
    except ValueError:
        found = found.filter(slug=said)
    with acting(Actor.system("orgs.partner_named")):  # whom one wants to know one does not know yet
        organization = found.first()
    if organization is not None:
        return organization
    try:
        validate_email(said)
    except ValidationError:
        raise InvalidInput.at("/partner", "unknown", _("There is no such organization here.")) from None
    return said.lower()


@operation
def propose_partnership(
    *, actor: Actor, organization: Organization, partner: Partner, kind: str
) -> Partnership:
    """Offer a partnership to an organization, or by mail to a company that is not here yet.

    Args:
        partner: the organization, or an e-mail address.
        kind: what the partner is to ``organization``.

    Raises:
        PartnershipStands: there is one, or a proposal, between the two.
        AlreadyInvited: an offer to this address is open.
        InvalidInput: it is the organization itself.

    Emits: PartnershipProposed.
    """
    if isinstance(partner, Organization) and partner.pk == organization.pk:
        require(actor, "orgs.propose_partnership", organization)
        raise InvalidInput.at("/partner", "same", _("An organization is not its own partner."))
    organization = _locked_pair(organization, partner)
    require(actor, "orgs.propose_partnership", organization)
    hat = under(actor, organization)
    partnership = Partnership(host=organization, kind=kind, proposer=actor.user)
    if isinstance(partner, Organization):
        if Partnership.objects.between(organization.pk, partner.pk).standing().exists():
            raise PartnershipStands
        partnership.partner = partner
        partnership.save(force_insert=True)
    else:
        partnership.partner_email = partner.lower()
        partnership.save(force_insert=True)
        issue(
            actor=hat,
            kind=Invitation.Kind.PARTNER,
            organization=organization,
            email=partner,
            partnership=partnership,
        )
    emit(PartnershipProposed.of(partnership, hat))
    return partnership


@operation
def accept_partnership(*, actor: Actor, partnership: Partnership) -> Partnership:
    """Say yes for the side that was asked; of two who press at once, the second finds it closed.

    Emits: PartnershipAccepted.
    """
    partnership = _held(partnership)
    require(actor, "orgs.answer_partnership", partnership)
    if partnership.state != State.PROPOSED:
        raise PartnershipClosed
    partnership.move_to(State.ACTIVE)
    partnership.since = timezone.now()
    partnership.save(update_fields=["state", "since"])
    emit(PartnershipAccepted.of(partnership, under(actor, partnership.partner)))
    return partnership


@operation
def decline_partnership(*, actor: Actor, partnership: Partnership, reason: str = "") -> Partnership:
    """Say no for the side that was asked.

    Emits: PartnershipDeclined.
    """
    partnership = _held(partnership)
    require(actor, "orgs.answer_partnership", partnership)
    partnership.move_to(State.DECLINED)
    partnership.reason = reason
    partnership.save(update_fields=["state", "reason"])
    emit(PartnershipDeclined.of(partnership, under(actor, partnership.partner)))
    return partnership


@operation
def change_partnership(*, actor: Actor, partnership: Partnership, coordinators: list[UUID]) -> Partnership:
    """Say who of the actor's side answers for the partnership; the other side's stay as they are.

    Raises:
        InvalidInput: one of them is not of the actor's side.

    Emits: PartnershipChanged, if something changed.
    """
    partnership = _held(partnership)
    require(actor, "orgs.steer_partnership", partnership)
    side = side_of(actor, partnership)
    ours = _people_of(side)
    others = [one for one in partnership.coordinators if one not in ours]
    for place, one in enumerate(coordinators):
        if one not in ours and one not in others:
            raise InvalidInput.at(
                f"/coordinators/{place}", "unknown", _("Choose people of your own organization.")
            )
    wanted = [*others, *(one for one in dict.fromkeys(coordinators) if one in ours)]
    if sorted(wanted) == sorted(partnership.coordinators):
        return partnership
    partnership.coordinators = wanted
    partnership.save(update_fields=["coordinators"])
    emit(PartnershipChanged.of(partnership, under(actor, side)))
    return partnership


@operation
def suspend_partnership(*, actor: Actor, partnership: Partnership, reason: str = "") -> Partnership:
    """Pause the partnership for the actor's side, which alone can resume it.

    Emits: PartnershipSuspended; workspaces close what the two share with it.
    """
    partnership = _held(partnership)
    require(actor, "orgs.steer_partnership", partnership)
    partnership.move_to(State.SUSPENDED)
    side = side_of(actor, partnership)
    partnership.suspended_by, partnership.reason = side, reason
    partnership.save(update_fields=["state", "suspended_by", "reason"])
    emit(PartnershipSuspended.of(partnership, under(actor, side)))
    return partnership


@operation
def resume_partnership(*, actor: Actor, partnership: Partnership) -> Partnership:
    """Go on, if the actor's side is the one that suspended.

    Raises:
        NotTheSuspender: the other side did.
        PartnershipClosed: it is not suspended.

    Emits: PartnershipResumed.
    """
    partnership = _held(partnership)
    require(actor, "orgs.steer_partnership", partnership)
    if partnership.state != State.SUSPENDED:
        raise PartnershipClosed
    if not may(actor, "orgs.resume_partnership", partnership):
        raise NotTheSuspender("orgs.resume_partnership")
    side = partnership.suspended_by
    partnership.move_to(State.ACTIVE)
    partnership.suspended_by, partnership.reason = None, ""
    partnership.save(update_fields=["state", "suspended_by", "reason"])
    emit(PartnershipResumed.of(partnership, under(actor, side)))
    return partnership


@operation
def end_partnership(*, actor: Actor, partnership: Partnership) -> Partnership:
    """Part for good: agreements between the two end, offers are void. A proposal is withdrawn by this.

    Emits: PartnershipEnded; AgreementTerminated for each agreement that stood.
    """
    partnership = _held(partnership)
    require(actor, "orgs.steer_partnership", partnership)
    partnership.move_to(State.ENDED)
    partnership.save(update_fields=["state"])
    hat = under(actor, side_of(actor, partnership))
    partnership.invitations.filter(state=Invitation.State.OPEN).update(state=Invitation.State.REVOKED)
    for agreement in _ended_drafts(partnership):
        emit(AgreementTerminated.of(agreement, hat))  # a draft's end is its drafter's to know
    standing = (Agreement.State.AWAITING_SIGNATURES, Agreement.State.IN_FORCE)
    for agreement in partnership.agreements.filter(state__in=standing):
        agreement.partnership = partnership
        event = AgreementTerminated.of(agreement, hat)
        agreement.state = Agreement.State.TERMINATED
        agreement.save(update_fields=["state"])
        emit(event)
    emit(PartnershipEnded.of(partnership, hat))
    return partnership


def _locked_pair(organization: Organization, partner: Partner) -> Organization:
    """Lock both, in one order, so that two proposals cannot cross; return the first as it is now."""
    both = [organization.pk, partner.pk] if isinstance(partner, Organization) else [organization.pk]
    with connections[database()].cursor() as cursor:
        cursor.execute("SELECT priv.hold_organizations(%s)", [both])
    return Organization.objects.locked(organization.pk)


def _ended_drafts(partnership: Partnership) -> list[Agreement]:
    """End both sides' drafts, and return them as they were: who ends a partnership does not read the other's."""
    ended = list(Agreement.objects.raw("SELECT * FROM priv.end_drafts(%s)", [partnership.pk]))
    for agreement in ended:
        agreement.partnership, agreement.state = partnership, Agreement.State.DRAFT
    return ended


def _held(partnership: Partnership) -> Partnership:
    now = Partnership.objects.select_for_update(of=("self",))
    return now.select_related("host", "partner", "suspended_by").get(pk=partnership.pk)


def _people_of(organization: Organization) -> set[UUID]:
    people = (
        Membership.objects.active().filter(organization=organization).exclude(role=Membership.Role.AUDITOR)
    )
    return set(people.values_list("user_id", flat=True))
