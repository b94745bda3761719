"""What is told of inspections: to the platform what was asked, to all concerned what was opened, read and ended."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from kernel.actor import Actor
from kernel.events import Event
from oversight.models import Inspection, OperatorInvitation


@dataclass(frozen=True, kw_only=True)
class InspectionEvent(Event):
    personal = {"operator_name": "operator_id"}

    inspection_id: UUID
    kind: str  # an Inspection.Kind value
    noun_id: UUID
    noun_name: str
    reason: str
    operator_id: UUID
    operator_name: str

    @classmethod
    def of(cls, inspection: Inspection, actor: Actor, **facts: object) -> Self:
        """Return what only the platform's record keeps."""
        return cls(
            actor=actor,
            inspection_id=inspection.pk,
            kind=inspection.kind,
            noun_id=inspection.noun_id,
            noun_name=inspection.noun_name,
            reason=inspection.reason,
            operator_id=inspection.operator_id,
            operator_name=inspection.operator.name,
            **facts,  # type: ignore[arg-type]
        )

    @classmethod
    def for_all(cls, inspection: Inspection, actor: Actor, **facts: object) -> Self:
        """Return what enters the records of everybody concerned."""
        where = {"workspace_id": inspection.workspace_id, "org_ids": tuple(inspection.org_ids)}
        return cls.of(inspection, actor, **where, **facts)

    def subject(self) -> tuple[str, UUID | None, str]:
        return (self.kind, self.noun_id, self.noun_name)


@dataclass(frozen=True, kw_only=True)
class InspectionAsked(InspectionEvent):
    name = "oversight.inspection_asked"
    minutes: int


@dataclass(frozen=True, kw_only=True)
class InspectionRefused(InspectionEvent):
    name = "oversight.inspection_refused"


@dataclass(frozen=True, kw_only=True)
class InspectionOpened(InspectionEvent):
    name = "oversight.inspection_opened"
    personal = InspectionEvent.personal | {"approver_name": "approver_id"}
    minutes: int
    approver_id: UUID
    approver_name: str


@dataclass(frozen=True, kw_only=True)
class InspectionRead(InspectionEvent):
    name = "oversight.inspection_read"
    part: str  # which channel of a workspace, and from which message on; or nothing


@dataclass(frozen=True, kw_only=True)
class InspectionEnded(InspectionEvent):
    name = "oversight.inspection_ended"


# ── Operators ────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class OfferEvent(Event):
    personal = {"subject": "invitation_id"}

    invitation_id: UUID
    whom: str  # the address is all that is known of them; it is the subject, not the payload's

    @classmethod
    def of(cls, offer: OperatorInvitation, actor: Actor) -> Self:
        return cls(actor=actor, invitation_id=offer.pk, whom=offer.email)

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("invitation", self.invitation_id, self.whom)

    def payload(self) -> dict[str, Any]:
        return {"invitation_id": str(self.invitation_id)}


@dataclass(frozen=True, kw_only=True)
class OperatorInvited(OfferEvent):
    name = "oversight.operator_invited"


@dataclass(frozen=True, kw_only=True)
class OperatorUninvited(OfferEvent):
    name = "oversight.operator_uninvited"


@dataclass(frozen=True, kw_only=True)
class PersonEvent(Event):
    personal = {"subject": "person_id", "person_name": "person_id"}

    person_id: UUID
    person_name: str

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("person", self.person_id, self.person_name)


@dataclass(frozen=True, kw_only=True)
class OperatorJoined(PersonEvent):
    name = "oversight.operator_joined"
    personal = PersonEvent.personal | {"inviter_name": "inviter_id"}
    inviter_id: UUID
    inviter_name: str


@dataclass(frozen=True, kw_only=True)
class OperatorDismissed(PersonEvent):
    name = "oversight.operator_dismissed"
