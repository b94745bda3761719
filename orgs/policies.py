"""Who may, in an organization and between two of them."""

from typing import Any
from uuid import UUID

from kernel.actor import Actor
from kernel.rules import rule
from orgs.models import (
    Agreement,
    Contact,
    Department,
    Invitation,
    Membership,
    Organization,
    Partnership,
    role_in,
)
from orgs.models.organizations import STEERING

WORKING = (*STEERING, "member")
RECORD_READERS = (*STEERING, "auditor")


def steers(actor: Actor, organization_id: UUID | None) -> bool:
    return role_in(actor, organization_id) in STEERING


def steered_side(actor: Actor, partnership: Partnership) -> UUID | None:
    """Return for which side the person may speak, that of their hat first; None for nobody."""
    sides = sorted(partnership.sides, key=lambda side: side != actor.org_id)
    return next((side for side in sides if steers(actor, side)), None)


# ── The organization and its people ──────────────────────────────────────────
@rule("orgs.create")
def may_create(actor: Actor, thing: Any) -> bool:
    return actor.is_person


@rule("orgs.change")
def may_change(actor: Actor, organization: Organization) -> bool:
    return steers(actor, organization.pk)


@rule("orgs.operate")
def may_operate(actor: Actor, organization: Organization) -> bool:
    """Operators may everything; nobody else closes or opens an organization."""
    return False


@rule("orgs.see_people")
def may_see_people(actor: Actor, organization: Organization) -> bool:
    return role_in(actor, organization.pk) is not None


@rule("orgs.see_work")
def may_see_work(actor: Actor, organization: Organization) -> bool:
    """Contacts, partners, positions; auditors read the record and nothing else."""
    return role_in(actor, organization.pk) in WORKING


@rule("orgs.see_owed")
def may_see_owed(actor: Actor, organization: Organization | None) -> bool:
    """All that is open between it and its partners; what is one's own, everybody sees."""
    return organization is not None and steers(actor, organization.pk)


@rule("orgs.read_record")
def may_read_record(actor: Actor, organization: Organization) -> bool:
    return role_in(actor, organization.pk) in RECORD_READERS


@rule("orgs.keep_record_key")
def may_keep_record_key(actor: Actor, organization: Organization) -> bool:
    """What is signed with it, the organization has said: its owners decide."""
    return role_in(actor, organization.pk) == Membership.Role.OWNER


@rule("orgs.invite_member")
def may_invite_member(actor: Actor, organization: Organization) -> bool:
    return steers(actor, organization.pk)


@rule("orgs.make_owner")
def may_make_owner(actor: Actor, organization: Organization) -> bool:
    """Nobody gives a role above their own."""
    return role_in(actor, organization.pk) == Membership.Role.OWNER


@rule("orgs.change_membership")
def may_change_membership(actor: Actor, membership: Membership) -> bool:
    role = role_in(actor, membership.organization_id)
    return role == Membership.Role.OWNER or (
        role == Membership.Role.ADMIN and membership.role != Membership.Role.OWNER
    )


@rule("orgs.forget_person")
def may_forget_person(actor: Actor, thing: None) -> bool:
    """The platform does, when a person leaves it for good."""
    return False


@rule("orgs.end_membership")
def may_end_membership(actor: Actor, membership: Membership) -> bool:
    """Those who steer it; and everybody may go."""
    if membership.user_id == actor.user_id and role_in(actor, membership.organization_id):
        return True
    return may_change_membership(actor, membership)


@rule("orgs.sign_member_out")
def may_sign_member_out(actor: Actor, membership: Membership) -> bool:
    """Those who may change their place; of one's own browsers one disposes in one's own settings."""
    return membership.user_id != actor.user_id and may_change_membership(actor, membership)


@rule("orgs.manage_departments")
def may_manage_departments(actor: Actor, thing: Organization | Department) -> bool:
    return steers(actor, getattr(thing, "organization_id", thing.pk))


@rule("orgs.manage_positions")
def may_manage_positions(actor: Actor, organization: Organization) -> bool:
    return steers(actor, organization.pk)


@rule("orgs.see_invitations")
def may_see_invitations(actor: Actor, organization: Organization) -> bool:
    return steers(actor, organization.pk)


@rule("orgs.accept_invitation")
def may_accept_invitation(actor: Actor, invitation: Invitation) -> bool:
    """The person whose verified address it was sent to."""
    if not actor.is_person or actor.user is None:
        return False
    return bool(actor.user.emailaddress_set.filter(email__iexact=invitation.email, verified=True).exists())


@rule("orgs.revoke_invitation")
def may_revoke_invitation(actor: Actor, invitation: Invitation) -> bool:
    organization_id = invitation.organization_id
    is_inviter = invitation.inviter_id == actor.user_id and role_in(actor, organization_id) in WORKING
    return is_inviter or steers(actor, organization_id)


# ── External contacts ────────────────────────────────────────────────────────
@rule("orgs.propose_contact")
def may_propose_contact(actor: Actor, organization: Organization) -> bool:
    return role_in(actor, organization.pk) in WORKING


@rule("orgs.change_contact")
def may_change_contact(actor: Actor, contact: Contact) -> bool:
    role = role_in(actor, contact.organization_id)
    is_theirs = actor.user_id in (contact.sponsor_id, contact.proposer_id)
    return role in STEERING or (role in WORKING and is_theirs)


@rule("orgs.decide_contact")
def may_decide_contact(actor: Actor, contact: Contact) -> bool:
    """An owner or admin; not the one who proposed, as long as there is another."""
    if not steers(actor, contact.organization_id):
        return False
    if actor.user_id != contact.proposer_id:
        return True
    others = Membership.objects.steering().filter(organization_id=contact.organization_id)
    return not others.exclude(user_id=actor.user_id).exists()


@rule("orgs.invite_contact")
def may_invite_contact(actor: Actor, contact: Contact) -> bool:
    return may_change_contact(actor, contact)


@rule("orgs.block_contact")
def may_block_contact(actor: Actor, contact: Contact) -> bool:
    return steers(actor, contact.organization_id)


@rule("orgs.sign_contact_out")
def may_sign_contact_out(actor: Actor, contact: Contact) -> bool:
    """Those who could shut them out."""
    return may_block_contact(actor, contact)


# ── Partnerships and agreements ──────────────────────────────────────────────
@rule("orgs.propose_partnership")
def may_propose_partnership(actor: Actor, organization: Organization) -> bool:
    return steers(actor, organization.pk)


@rule("orgs.answer_partnership")
def may_answer_partnership(actor: Actor, partnership: Partnership) -> bool:
    """An owner or admin of the side that was asked."""
    return steers(actor, partnership.partner_id)


@rule("orgs.steer_partnership")
def may_steer_partnership(actor: Actor, partnership: Partnership) -> bool:
    return steered_side(actor, partnership) is not None


@rule("orgs.resume_partnership")
def may_resume_partnership(actor: Actor, partnership: Partnership) -> bool:
    """Only the side that suspended it."""
    return steers(actor, partnership.suspended_by_id)


@rule("orgs.steer_agreement")
def may_steer_agreement(actor: Actor, agreement: Agreement) -> bool:
    if agreement.state == Agreement.State.DRAFT:
        return steers(actor, agreement.drafter_id)
    return may_steer_partnership(actor, agreement.partnership)


@rule("orgs.sign_agreement")
def may_sign_agreement(actor: Actor, agreement: Agreement) -> bool:
    return may_steer_partnership(actor, agreement.partnership)
