"""Which entries of a record somebody asks for, as a query string says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Self
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from audit.models import Entries
from kernel.errors import InvalidInput

NAMES = ("q", "action", "actor", "org", "object", "since", "until", "outside", "act")
LONGEST = 200  # of a filter that a view keeps
OFF = ("", "0", "false")


def narrowing(said: Mapping[str, str]) -> dict[str, str]:
    """Return what of a query string narrows the record: the filters that say something."""
    found = {name: said.get(name, "").strip()[:LONGEST] for name in NAMES}
    return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which entries. ``action`` is an event's name, or an app for all of its events."""

    actor: UUID | None = None
    org: UUID | None = None  # acted for
    action: str = ""
    object_type: str = ""
    object_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    outside_of: UUID | None = None  # acted for anybody else than this organization
    q: str = ""
    act: UUID | None = None  # all that one act did: a removal's receipt, say

    @classmethod
    def read(cls, said: Mapping[str, str]) -> Self:
        """Return what a query string asks for.

        Raises:
            InvalidInput: it names every parameter that cannot be read.
        """
        errors: list[dict[str, Any]] = []

        def take(name: str, read: Any) -> Any:
            try:
                return read(said[name]) if said.get(name) else None
            except ValueError:
                errors.append({"pointer": name, "code": "invalid", "detail": _("This cannot be read.")})
                return None

        object_type, object_id = take("object", _object) or ("", None)
        found = cls(
            actor=take("actor", UUID),
            org=take("org", UUID),
            action=said.get("action", "")[:80],
            object_type=object_type,
            object_id=object_id,
            since=take("since", _moment),
            until=take("until", lambda value: _moment(value, end=True)),
            q=said.get("q", "").strip()[:200],
            act=take("act", UUID),
        )
        if errors:
            raise InvalidInput(errors=errors)
        return found

    def outside(self, home: UUID | None) -> Self:
        """Return the same, without what was done for the organization ``home`` or by the platform."""
        return replace(self, outside_of=home)

    def of(self, entries: Entries) -> Entries:
        return self.saying(self.narrowed(entries))

    def narrowed(self, entries: Entries) -> Entries:
        """Return what fits but for the words: all that indexes find."""
        exact = {
            "actor_id": self.actor,
            "org_id": self.org,
            "subject_type": self.object_type,
            "subject_id": self.object_id,
            "correlation": self.act,
            "at__gte": self.since,
            "at__lte": self.until,
        }
        found = entries.filter(**{field: value for field, value in exact.items() if value})
        if self.action:
            within = "name" if "." in self.action else "name__startswith"
            found = found.filter(**{within: self.action if "." in self.action else f"{self.action}."})
        if self.outside_of:
            found = found.exclude(Q(org_id=self.outside_of) | Q(org_id=None))
        return found

    def saying(self, entries: Entries) -> Entries:
        """Return those in which the words stand: in a name, an object's, an address or the action's."""
        return entries.filter(_words(self.q)) if self.q else entries


def _words(q: str) -> Q:
    fields = ("actor_name", "org_name", "subject_label", "address", "name")
    words = Q()
    for field in fields:
        words |= Q(**{f"{field}__icontains": q})
    return words


def _object(value: str) -> tuple[str, UUID | None]:
    """Read ``type:id``, ``type`` or ``id``."""
    kind, _colon, key = value.rpartition(":")
    try:
        return kind, UUID(key)
    except ValueError:
        if kind:
            raise
        return key[:40], None


def _moment(value: str, *, end: bool = False) -> datetime:
    """Read a moment, or a day in the reader's zone; ``end`` takes the day's last instant.

    ``today``, and ``7d`` for seven days ago, move with whoever asks: a view that is kept may say them.
    """
    if value == "today":
        value = timezone.localdate().isoformat()
    if value.endswith("d") and value.isascii() and value[:-1].isdecimal() and len(value) <= 5:
        return timezone.now() - timedelta(days=int(value[:-1]))
    moment = parse_datetime(value) if len(value) > 10 else None
    if moment is not None:
        return moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)
    day = parse_date(value)
    if day is None:
        raise ValueError(value)
    return datetime.combine(day, time.max if end else time.min, timezone.get_current_timezone())
