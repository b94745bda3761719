"""What happened beside a thing. It enters one organization's record: no workspace's, no other side's, no screen."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from access.kinds import kind_of
from kernel.actor import Actor
from kernel.events import Event
from margins.models import Note
from orgs.models import Organization


@dataclass(frozen=True, kw_only=True)
class MarginEvent(Event):
    object_kind: str
    object_id: UUID
    object_name: str

    @classmethod
    def beside(cls, thing: Any, organization: Organization, actor: Actor, **facts: Any) -> Self:
        """Say it for the organization, whichever hat the actor wears otherwise."""
        return cls(
            actor=actor.for_org(organization),
            org_ids=(organization.pk,),
            object_kind=kind_of(thing).name,
            object_id=thing.pk,
            object_name=kind_of(thing).label(thing),
            **facts,
        )

    def subject(self) -> tuple[str, UUID | None, str]:
        return (self.object_kind, self.object_id, self.object_name)


@dataclass(frozen=True, kw_only=True)
class NoteEvent(MarginEvent):
    note_id: UUID

    @classmethod
    def of(cls, note: Note, actor: Actor) -> Self:
        return cls.beside(note.thing, note.organization, actor, note_id=note.pk)


@dataclass(frozen=True, kw_only=True)
class NoteWritten(NoteEvent):
    name = "margins.note_written"


@dataclass(frozen=True, kw_only=True)
class NoteChanged(NoteEvent):
    name = "margins.note_changed"


@dataclass(frozen=True, kw_only=True)
class NoteRemoved(NoteEvent):
    name = "margins.note_removed"


@dataclass(frozen=True, kw_only=True)
class FieldsChanged(MarginEvent):
    name = "margins.fields_changed"
