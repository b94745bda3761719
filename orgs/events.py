"""What happened in an organization and between organizations. Addresses of outsiders stay out of payloads."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from kernel.actor import Actor
from kernel.events import Event
from orgs.models import (
    Agreement,
    Contact,
    Department,
    Invitation,
    Membership,
    Organization,
    Partnership,
    Position,
)

Subject = tuple[str, UUID | None, str]


# ── Organizations ────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class OrganizationEvent(Event):
    organization_id: UUID
    organization_name: str

    @classmethod
    def of(cls, organization: Organization, actor: Actor, **facts: object) -> Self:
        return cls(
            actor=actor,
            org_ids=(organization.pk,),
            organization_id=organization.pk,
            organization_name=organization.name,
            **facts,  # type: ignore[arg-type]
        )

    def subject(self) -> Subject:
        return ("org", self.organization_id, self.organization_name)


@dataclass(frozen=True, kw_only=True)
class OrganizationCreated(OrganizationEvent):
    name = "orgs.organization_created"


@dataclass(frozen=True, kw_only=True)
class OrganizationChanged(OrganizationEvent):
    name = "orgs.organization_changed"
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OrganizationSuspended(OrganizationEvent):
    name = "orgs.organization_suspended"


@dataclass(frozen=True, kw_only=True)
class OrganizationReactivated(OrganizationEvent):
    name = "orgs.organization_reactivated"


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(OrganizationEvent):
    """Its week, or the days of one year."""

    name = "orgs.calendar_changed"
    year: int | None


# ── Memberships ──────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class MembershipEvent(Event):
    personal = {"subject": "user_id", "user_name": "user_id"}

    organization_id: UUID
    membership_id: UUID
    user_id: UUID
    user_name: str
    role: str  # a Membership.Role value

    @classmethod
    def of(cls, membership: Membership, actor: Actor, **facts: object) -> Self:
        return cls(
            actor=actor,
            org_ids=(membership.organization_id,),
            organization_id=membership.organization_id,
            membership_id=membership.pk,
            user_id=membership.user_id,
            user_name=membership.user.name,
            role=membership.role,
            **facts,  # type: ignore[arg-type]
        )

    def subject(self) -> Subject:
        return ("member", self.membership_id, self.user_name)


@dataclass(frozen=True, kw_only=True)
class MembershipStarted(MembershipEvent):
    name = "orgs.membership_started"


@dataclass(frozen=True, kw_only=True)
class MembershipChanged(MembershipEvent):
    name = "orgs.membership_changed"
    fields: tuple[str, ...]
    before: str  # the role until now


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(MembershipEvent):
    """``handover_id`` takes over what was open, if anybody does; so many sessions and tokens ended with it."""

    name = "orgs.membership_ended"
    personal = MembershipEvent.personal | {"handover_name": "handover_id"}
    handover_id: UUID | None
    handover_name: str
    sessions: int = 0
    tokens: int = 0


@dataclass(frozen=True, kw_only=True)
class MemberSignedOut(MembershipEvent):
    """Somebody's organization ended all they had open: so many sessions and tokens."""

    name = "orgs.member_signed_out"
    sessions: int
    tokens: int


# ── Departments and positions ────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class DepartmentEvent(Event):
    organization_id: UUID
    department_id: UUID
    department_name: str

    @classmethod
    def of(cls, department: Department, actor: Actor) -> Self:
        return cls(
            actor=actor,
            org_ids=(department.organization_id,),
            organization_id=department.organization_id,
            department_id=department.pk,
            department_name=department.name,
        )

    def subject(self) -> Subject:
        return ("department", self.department_id, self.department_name)


@dataclass(frozen=True, kw_only=True)
class DepartmentCreated(DepartmentEvent):
    name = "orgs.department_created"


@dataclass(frozen=True, kw_only=True)
class DepartmentChanged(DepartmentEvent):
    name = "orgs.department_changed"


@dataclass(frozen=True, kw_only=True)
class DepartmentRemoved(DepartmentEvent):
    name = "orgs.department_removed"


@dataclass(frozen=True, kw_only=True)
class PositionChanged(Event):
    name = "orgs.position_changed"
    organization_id: UUID
    position_id: UUID
    key: str
    people: tuple[UUID, ...]

    @classmethod
    def of(cls, position: Position, actor: Actor) -> Self:
        return cls(
            actor=actor,
            org_ids=(position.organization_id,),
            organization_id=position.organization_id,
            position_id=position.pk,
            key=position.key,
            people=tuple(position.people),
        )

    def subject(self) -> Subject:
        return ("position", self.position_id, self.key)


@dataclass(frozen=True, kw_only=True)
class PositionRemoved(PositionChanged):
    name = "orgs.position_removed"


# ── Invitations ──────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class InvitationEvent(Event):
    personal = {"subject": "invitation_id"}

    organization_id: UUID
    invitation_id: UUID
    kind: str  # an Invitation.Kind value
    role: str
    inviter_id: UUID
    whom: str  # the address is all that is known of them; it is the subject, not the payload's

    @classmethod
    def of(cls, invitation: Invitation, actor: Actor) -> Self:
        return cls(
            actor=actor,
            org_ids=(invitation.organization_id,),
            organization_id=invitation.organization_id,
            invitation_id=invitation.pk,
            kind=invitation.kind,
            role=invitation.role if invitation.kind == Invitation.Kind.MEMBER else "",
            inviter_id=invitation.inviter_id,
            whom=invitation.contact.name if invitation.contact else invitation.email,
        )

    def subject(self) -> Subject:
        return ("invitation", self.invitation_id, self.whom)

    def payload(self) -> dict[str, object]:
        return {name: value for name, value in super().payload().items() if name != "whom"}


@dataclass(frozen=True, kw_only=True)
class MemberInvited(InvitationEvent):
    name = "orgs.member_invited"


@dataclass(frozen=True, kw_only=True)
class InvitationResent(InvitationEvent):
    name = "orgs.invitation_resent"


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(InvitationEvent):
    name = "orgs.invitation_revoked"


@dataclass(frozen=True, kw_only=True)
class InvitationExpired(InvitationEvent):
    name = "orgs.invitation_expired"


# ── External contacts ────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class ContactEvent(Event):
    personal = {"subject": "contact_id", "contact_name": "contact_id", "company": "contact_id"}

    organization_id: UUID
    contact_id: UUID
    contact_name: str
    company: str
    user_id: UUID | None
    sponsor_id: UUID
    proposer_id: UUID
    state: str  # a Contact.State value

    @classmethod
    def of(cls, contact: Contact, actor: Actor, **facts: object) -> Self:
        return cls(
            actor=actor,
            org_ids=(contact.organization_id,),
            organization_id=contact.organization_id,
            contact_id=contact.pk,
            contact_name=contact.name,
            company=contact.company,
            user_id=contact.user_id,
            sponsor_id=contact.sponsor_id,
            proposer_id=contact.proposer_id,
            state=contact.state,
            **facts,  # type: ignore[arg-type]
        )

    def subject(self) -> Subject:
        return ("contact", self.contact_id, self.contact_name)


@dataclass(frozen=True, kw_only=True)
class ContactDrafted(ContactEvent):
    name = "orgs.contact_drafted"


@dataclass(frozen=True, kw_only=True)
class ContactProposed(ContactEvent):
    name = "orgs.contact_proposed"


@dataclass(frozen=True, kw_only=True)
class ContactChanged(ContactEvent):
    name = "orgs.contact_changed"
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ContactApproved(ContactEvent):
    name = "orgs.contact_approved"


@dataclass(frozen=True, kw_only=True)
class ContactRejected(ContactEvent):
    name = "orgs.contact_rejected"


@dataclass(frozen=True, kw_only=True)
class ContactInvited(ContactEvent):
    name = "orgs.contact_invited"
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ContactJoined(ContactEvent):
    name = "orgs.contact_joined"


@dataclass(frozen=True, kw_only=True)
class ContactBlocked(ContactEvent):
    name = "orgs.contact_blocked"


@dataclass(frozen=True, kw_only=True)
class ContactUnblocked(ContactEvent):
    name = "orgs.contact_unblocked"


@dataclass(frozen=True, kw_only=True)
class ContactSignedOut(ContactEvent):
    name = "orgs.contact_signed_out"


@dataclass(frozen=True, kw_only=True)
class ContactExpired(ContactEvent):
    name = "orgs.contact_expired"


# ── Partnerships ─────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class PartnershipEvent(Event):
    partnership_id: UUID
    host_id: UUID
    host_name: str
    partner_id: UUID | None
    partner_name: str
    kind: str  # a Partnership.Kind value

    @classmethod
    def of(cls, partnership: Partnership, actor: Actor, **facts: object) -> Self:
        partner = partnership.partner
        return cls(
            actor=actor,
            org_ids=partnership.sides,
            partnership_id=partnership.pk,
            host_id=partnership.host_id,
            host_name=partnership.host.name,
            partner_id=partnership.partner_id,
            partner_name=partner.name if partner else "",
            kind=partnership.kind,
            **facts,  # type: ignore[arg-type]
        )

    def subject(self) -> Subject:
        """Both names: each side's record tells who the other is."""
        names = [name for name in (self.host_name, self.partner_name) if name]
        return ("partnership", self.partnership_id, " · ".join(names))


@dataclass(frozen=True, kw_only=True)
class PartnershipProposed(PartnershipEvent):
    name = "orgs.partnership_proposed"


@dataclass(frozen=True, kw_only=True)
class PartnershipAccepted(PartnershipEvent):
    name = "orgs.partnership_accepted"


@dataclass(frozen=True, kw_only=True)
class PartnershipDeclined(PartnershipEvent):
    name = "orgs.partnership_declined"


@dataclass(frozen=True, kw_only=True)
class PartnershipChanged(PartnershipEvent):
    name = "orgs.partnership_changed"


@dataclass(frozen=True, kw_only=True)
class PartnershipSuspended(PartnershipEvent):
    name = "orgs.partnership_suspended"


@dataclass(frozen=True, kw_only=True)
class PartnershipResumed(PartnershipEvent):
    name = "orgs.partnership_resumed"


@dataclass(frozen=True, kw_only=True)
class PartnershipEnded(PartnershipEvent):
    name = "orgs.partnership_ended"


# ── Agreements ───────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class AgreementEvent(Event):
    agreement_id: UUID
    partnership_id: UUID
    title: str
    kind: str  # an Agreement.Kind value
    classes: tuple[str, ...]
    starts_on: date
    ends_on: date
    text_hash: str  # SHA-256, hex

    @classmethod
    def of(cls, agreement: Agreement, actor: Actor, **facts: object) -> Self:
        is_draft = agreement.state == Agreement.State.DRAFT
        return cls(
            actor=actor,
            org_ids=(agreement.drafter_id,) if is_draft else agreement.partnership.sides,
            agreement_id=agreement.pk,
            partnership_id=agreement.partnership_id,
            title=agreement.title,
            kind=agreement.kind,
            classes=tuple(agreement.classes),
            starts_on=agreement.starts_on,
            ends_on=agreement.ends_on,
            text_hash=agreement.text_hash,
            **facts,  # type: ignore[arg-type]
        )

    def subject(self) -> Subject:
        return ("agreement", self.agreement_id, self.title)

    def payload(self) -> dict[str, object]:
        dates = {"starts_on": self.starts_on.isoformat(), "ends_on": self.ends_on.isoformat()}
        return super().payload() | dates


@dataclass(frozen=True, kw_only=True)
class AgreementDrafted(AgreementEvent):
    name = "orgs.agreement_drafted"


@dataclass(frozen=True, kw_only=True)
class AgreementProposed(AgreementEvent):
    name = "orgs.agreement_proposed"


@dataclass(frozen=True, kw_only=True)
class AgreementSigned(AgreementEvent):
    name = "orgs.agreement_signed"
    personal = {"full_name": "actor"}
    organization_id: UUID
    full_name: str


@dataclass(frozen=True, kw_only=True)
class AgreementCameIntoForce(AgreementEvent):
    name = "orgs.agreement_came_into_force"


@dataclass(frozen=True, kw_only=True)
class AgreementExpired(AgreementEvent):
    name = "orgs.agreement_expired"


@dataclass(frozen=True, kw_only=True)
class AgreementTerminated(AgreementEvent):
    name = "orgs.agreement_terminated"
