"""The way in: whose record somebody may open, and which of its entries they ask for."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from itertools import groupby
from typing import Any, Self
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from audit.keepers import KEEPERS
from audit.models import Chain, Entries, Entry
from audit.operations import note_reading
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotVisible
from kernel.recent import require_recent
from kernel.rules import require


@dataclass(frozen=True)
class OpenRecord:
    kind: str
    noun: Any
    chain: Chain | None  # None while nothing has been sealed

    @property
    def entries(self) -> Entries:
        return Entry.objects.filter(chain=self.chain) if self.chain else Entry.objects.none()


def readable(actor: Actor, kind: str, noun_id: UUID) -> Any:
    """Return a noun whose record they may open. It is not opened yet: what they ask of it may not make sense.

    Raises:
        NotVisible: there is no such noun for this actor.
        NotAllowed: they may know of it, but not read its record.
        ConfirmationNeeded: they signed in more than ten minutes ago.
    """
    keeper = KEEPERS[kind]
    noun = keeper.find(actor, pk=noun_id)
    if noun is None:
        raise NotVisible
    require(actor, keeper.rule, noun)
    require_recent(actor)
    return noun


def open_record(actor: Actor, kind: str, noun: Any) -> OpenRecord:
    """Return the record of a noun that is ``readable``, and note that it was opened."""
    note_reading(actor=actor, kind=kind, noun=noun)
    return OpenRecord(kind, noun, Chain.objects.filter(kind=kind, noun_id=noun.pk).first())


FEW_PLACES = 4  # records that an act usually enters; each has an entry of its own


@dataclass(frozen=True)
class OwnActs:
    """What somebody did, each act once, however many records tell of it. Row-level security shows them their own,
    and of those for organizations only what was for one they still belong to."""

    actor: Actor
    filters: "Filters"

    def page(self, limit: int, before: UUID | None = None) -> tuple[list[Entry], UUID | None]:
        """Return at most ``limit`` acts, the newest first, and the key behind which the next ones follow."""
        mine = self.filters.of(Entry.objects.filter(actor_id=self.actor.user_id))
        if before is not None:
            mine = mine.filter(pk__lt=before)
        most = (limit + 1) * FEW_PLACES
        rows = list(mine.order_by("-pk")[:most])
        acts = [list(same) for _event, same in groupby(rows, key=lambda entry: entry.event_id)]
        is_cut = len(rows) == most
        if is_cut and len(acts) > 1:
            acts.pop()  # its other entries may stand behind the cut
        shown = acts[:limit]
        is_more = is_cut or len(acts) > limit
        return [act[0] for act in shown], shown[-1][-1].pk if is_more and shown else None


def cursor_of(key: UUID) -> str:
    """Return a place in a list as the API writes it."""
    return urlsafe_b64encode(key.bytes).rstrip(b"=").decode()


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
        return found.filter(_words(self.q)) if self.q else found


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
    """Read a moment, or a day in the reader's zone; ``end`` takes the day's last instant."""
    moment = parse_datetime(value) if len(value) > 10 else None
    if moment is not None:
        return moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)
    day = parse_date(value)
    if day is None:
        raise ValueError(value)
    return datetime.combine(day, time.max if end else time.min, timezone.get_current_timezone())
