"""Looking at the record is itself on record."""

from dataclasses import dataclass
from uuid import UUID

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
    form: str  # csv or bundle


@dataclass(frozen=True, kw_only=True)
class EventRetried(Event):
    """An operator had what was put aside tried again."""

    name = "audit.event_retried"
    event_id: UUID
    event_name: str

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("event", self.event_id, self.event_name)
