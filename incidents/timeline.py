"""What the record tells of an incident, merged with what was written down beside it, the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.models import Chain, Entries, Entry
from audit.timeline import Line
from incidents.models import Incident, Note, Pin
from kernel.errors import InvalidInput
from workspaces.models import Participant


@dataclass(frozen=True)
class Place:
    """Where something stands in the timeline: moments may be shared, so the key decides."""

    at: datetime
    key: UUID

    @classmethod
    def read(cls, said: str) -> "Place | None":
        """Return the place that a cursor names; None for none.

        Raises:
            InvalidInput: it is not one of ours.
        """
        if not said:
            return None
        at, _tilde, key = said.partition("~")
        try:
            found = cls(datetime.fromisoformat(at), UUID(key))
        except ValueError:
            raise InvalidInput.at("cursor", "unknown", _("This cursor is not one of ours.")) from None
        if found.at.tzinfo is None:
            raise InvalidInput.at("cursor", "unknown", _("This cursor is not one of ours."))
        return found

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.key}"

    def before(self, key: str) -> Q:
        return Q(at__lt=self.at) | Q(at=self.at, **{f"{key}__lt": self.key})


@dataclass(frozen=True)
class Item:
    """One line: an entry of the record, pinned or not, or a note."""

    place: Place
    home: UUID
    entry: Entry | None = None
    note: Note | None = None
    pin: Pin | None = None

    @property
    def line(self) -> Line | None:
        return Line(self.entry, self.home) if self.entry else None


class Timeline:
    """Entries of the time in question about the people and workspaces that it concerns, in records that its
    organization reads; what was done about it, whenever; and notes. Row-level security shows nobody more than theirs."""

    def __init__(self, incident: Incident) -> None:
        self.incident = incident

    def page(
        self, limit: int, before: Place | None = None, *, pinned: bool = False
    ) -> tuple[list[Item], Place | None]:
        """Return at most ``limit`` items and the place behind which the next ones follow, in a constant number of
        queries."""
        entries = self.entries.filter(event_id__in=self.pins) if pinned else self.entries
        notes = self.incident.notes.none() if pinned else self.incident.notes.select_related("author")
        if before is not None:
            entries, notes = entries.filter(before.before("event_id")), notes.filter(before.before("id"))
        told = (
            entries.select_related("chain").order_by("-at", "-event_id", "chain").distinct("at", "event_id")
        )
        items = [
            *map(self._told, told[: limit + 1]),
            *map(self._written, notes.order_by("-at", "-id")[: limit + 1]),
        ]
        items.sort(key=lambda item: (item.place.at, item.place.key), reverse=True)
        shown = items[:limit]
        return shown, shown[-1].place if len(items) > limit else None

    def all(self, most: int) -> Iterable[Item]:
        return self.page(most)[0]

    def _told(self, entry: Entry) -> Item:
        pin = self.pins.get(entry.event_id)
        return Item(Place(entry.at, entry.event_id), self.incident.organization_id, entry=entry, pin=pin)

    def _written(self, note: Note) -> Item:
        return Item(Place(note.at, note.pk), self.incident.organization_id, note=note)

    @cached_property
    def pins(self) -> dict[UUID, Pin]:
        return {one.event_id: one for one in self.incident.pins.select_related("pinned_by")}

    @cached_property
    def records(self) -> Entries:
        """Return all entries of the records that the organization reads: its own, and those of its rooms."""
        ours = self.incident.organization_id
        rooms = Participant.objects.active().filter(organization=ours).values("workspace_id")
        own = Q(kind=Chain.Kind.ORG, noun_id=ours)
        chains = Chain.objects.filter(own | Q(kind=Chain.Kind.WORKSPACE, noun_id__in=rooms))
        return Entry.objects.filter(chain__in=list(chains.values_list("pk", flat=True)))

    @cached_property
    def entries(self) -> Entries:
        """Return those that belong here."""
        findings = self.incident.findings
        time = Q(at__gte=findings.begins_at)
        if findings.ends_at is not None:
            time &= Q(at__lte=findings.ends_at)
        ours = Q(subject_type="incident", subject_id=self.incident.pk)
        return self.records.filter((time & self._concerning()) | ours | Q(event_id__in=list(self.pins)))

    def _concerning(self) -> Q:
        people, rooms = set(), set()
        for person, alert, hold, room in self.incident.joined.values_list(
            "person_id", "alert__user_id", "hold__user_id", "workspace_id"
        ):
            people |= {person, alert, hold} - {None}
            rooms |= {room} - {None}
        said: Any = list(people)
        whom = Q(actor_id__in=said) | Q(subject_id__in=said) | Q(names__overlap=said)
        return whom | Q(workspace_id__in=list(rooms))
