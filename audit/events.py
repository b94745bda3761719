"""Looking at the record is itself on record."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from audit.models import Chain
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
