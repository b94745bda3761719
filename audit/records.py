"""The way in: whose record somebody may open, and what of it they ask for."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from audit.filters import NAMES, OFF, Filters, narrowing
from audit.keepers import KEEPERS
from audit.models import Chain, Entries, Entry, FirstView, RecordView, shared_for
from audit.operations import note_reading
from kernel.actor import Actor
from kernel.errors import NotVisible
from kernel.recent import require_recent
from kernel.rules import require

WHOLE = "all"  # in place of a view: everything, whichever view one opens with otherwise


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


@dataclass(frozen=True)
class Question:
    """What somebody asks of a record: a view of it, and whatever they narrow it to besides."""

    view: RecordView | None
    words: dict[str, str]
    home: UUID | None  # others are outside of it

    @classmethod
    def of(cls, actor: Actor, kind: str, noun_id: UUID, said: Mapping[str, str]) -> "Question":
        """Return what a query string asks; what it says itself goes before what its view says.

        Raises:
            NotVisible: it names a view that the actor does not see.
        """
        named = said.get("view", "")
        view = the_view(actor, kind, noun_id, named) if named not in ("", WHOLE) else None
        words = (view.filters if view else {}) | {name: said[name] for name in NAMES if name in said}
        return cls(view, narrowing(words), shared_for(actor, kind, noun_id))

    def filters(self, *, without: frozenset[str] = frozenset()) -> Filters:
        """Return which entries are meant.

        Args:
            without: words that are left out, since they could not be read.

        Raises:
            InvalidInput: it names every word that cannot be read.
        """
        said = {name: value for name, value in self.words.items() if name not in without}
        found = Filters.read(said)
        return found.outside(self.home) if said.get("outside", "") not in OFF else found


def the_view(actor: Actor, kind: str, noun_id: UUID, said: str | UUID) -> RecordView:
    """Return a view of a record that is ``readable``.

    Raises:
        NotVisible: there is none, or it is somebody else's.
    """
    try:
        key = UUID(str(said))
    except ValueError:
        raise NotVisible from None
    rows = RecordView.objects.shown_to(actor, kind, noun_id).select_related("chain")
    view = rows.filter(pk=key).first()
    if view is None:
        raise NotVisible
    return view


def first_view(actor: Actor, kind: str, noun_id: UUID) -> RecordView | None:
    """Return the view with which the actor opens this record, if they still see it."""
    chosen = FirstView.objects.of(actor, kind, noun_id).values("view_id")
    return RecordView.objects.shown_to(actor, kind, noun_id).filter(pk__in=chosen).first()


FEW_PLACES = 4  # records that an act usually enters; each has an entry of its own


@dataclass(frozen=True)
class OwnActs:
    """What somebody did, each act once, however many records tell of it. Row-level security shows them their own,
    and of those for organizations only what was for one they still belong to."""

    actor: Actor
    filters: Filters

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
