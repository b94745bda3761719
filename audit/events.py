"""Looking at the record is itself on record."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from audit.models import Chain, RecordView
from kernel.actor import Actor
from kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class RecordRead(Event):
    name = "audit.record_read"
    kind: str  # org or workspace
    noun_id: UUID
    noun_name: str

    def subject(self) -> tuple[str, UUID | None, str]:
        return (self.kind, self.noun_id, self.noun_name)


@dataclass(frozen=True, kw_only=True)
class RecordExported(RecordRead):
    name = "audit.record_exported"
    form: str  # csv, jsonl or bundle


@dataclass(frozen=True, kw_only=True)
class RecordViewEvent(Event):
    """Of shared views alone: how somebody looks through a record for themselves is nobody else's business."""

    view_id: UUID
    view_title: str
    kind: str  # of the record: org or workspace
    noun_id: UUID

    @classmethod
    def of(cls, view: RecordView, actor: Actor, org_id: UUID, **facts: Any) -> Self:
        """Say it to the organization that shares it, also where the record is of a room."""
        where = {"kind": view.chain.kind, "noun_id": view.chain.noun_id}
        return cls(actor=actor, org_ids=(org_id,), view_id=view.pk, view_title=view.name, **where, **facts)

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("record_view", self.view_id, self.view_title)


@dataclass(frozen=True, kw_only=True)
class RecordViewShared(RecordViewEvent):
    name = "audit.record_view_shared"
    filters: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class RecordViewChanged(RecordViewEvent):
    name = "audit.record_view_changed"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class RecordViewWithdrawn(RecordViewEvent):
    """It was deleted, or is its owner's alone again."""

    name = "audit.record_view_withdrawn"


@dataclass(frozen=True, kw_only=True)
class PersonForgotten(Event):
    """One chain tells that what it held about somebody is erased: of whom, by their ids alone."""

    name = "audit.person_forgotten"
    people: tuple[UUID, ...]

    @classmethod
    def of(cls, chain: Chain, actor: Actor, people: tuple[UUID, ...]) -> Self:
        place = {"workspace": {"workspace_id": chain.noun_id}, "org": {"org_ids": (chain.noun_id,)}}
        return cls(actor=actor.for_org(None), people=people, **place.get(chain.kind, {}))  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class EventRetried(Event):
    """An operator had what was put aside tried again."""

    name = "audit.event_retried"
    event_id: UUID
    event_name: str

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("event", self.event_id, self.event_name)


@dataclass(frozen=True, kw_only=True)
class CheckpointEvent(Event):
    kind: str  # org or workspace
    noun_id: UUID
    noun_name: str
    checkpoint_id: UUID
    size: int

    def subject(self) -> tuple[str, UUID | None, str]:
        return (self.kind, self.noun_id, self.noun_name)


@dataclass(frozen=True, kw_only=True)
class CheckpointMade(CheckpointEvent):
    """The platform has signed what a shared record is."""

    name = "audit.checkpoint_made"
    root: str


@dataclass(frozen=True, kw_only=True)
class CheckpointContradicted(CheckpointEvent):
    """What was signed before is not what the record begins with now."""

    name = "audit.checkpoint_contradicted"
    held_size: int  # of the checkpoint that stands


@dataclass(frozen=True, kw_only=True)
class CheckpointCountersigned(CheckpointEvent):
    name = "audit.checkpoint_countersigned"
    signer_id: UUID  # an organization
    signer_name: str
    key: str


@dataclass(frozen=True, kw_only=True)
class OrgKeyEvent(Event):
    organization_id: UUID
    organization_name: str
    key_id: UUID
    key: str

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("org", self.organization_id, self.organization_name)


@dataclass(frozen=True, kw_only=True)
class OrgKeyRegistered(OrgKeyEvent):
    """From now on this key signs for the organization."""

    name = "audit.org_key_registered"


@dataclass(frozen=True, kw_only=True)
class OrgKeyRetired(OrgKeyEvent):
    name = "audit.org_key_retired"
