"""The fact that a verb leaves behind, and the four who read it.

One ``emit``: a row for the record, written when the operation ends, and the reactions wired to it, both inside
the transaction; after commit
whatever shows it live; later, from the record, whatever is owed because of it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache, wraps
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db import transaction

from kernel.acting import database
from kernel.actor import Actor

EVENTS: dict[str, type["Event"]] = {}


def unrecorded(**kwargs: Any) -> Any:
    """Return a dataclass field that live listeners may use and the record never sees."""
    return field(default=None, repr=False, compare=False, metadata={"recorded": False}, **kwargs)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Subclasses add ids and short words, never contents of messages or forms.

    ``workspace_id`` says whose shared record it enters and whose screens may show it; ``org_ids``
    which organizations' records, besides the one acted for.
    """

    name: ClassVar[str] = ""

    # The fields that name or describe a person, each with the field that holds the id of whom; ``subject`` is the
    # subject's name or id, ``actor`` the id of who acted. The record can forget these, and nothing else.
    personal: ClassVar[Mapping[str, str]] = {}

    actor: Actor
    workspace_id: UUID | None = None
    org_ids: tuple[UUID, ...] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.name:
            EVENTS[cls.name] = cls

    def subject(self) -> tuple[str, UUID | None, str]:
        """Return type, id and the name of the day of what it happened to."""
        return ("", None, "")

    def payload(self) -> dict[str, Any]:
        """Return what the record keeps: this event's own fields, ids as strings."""
        kind: Any = type(self)
        return {name: _plain(getattr(self, name)) for name in _recorded(kind)}


@cache
def _recorded(kind: Any) -> tuple[str, ...]:
    """Return the fields of its own that the record keeps."""
    base = {one.name for one in fields(Event)}
    own = (one for one in fields(kind) if one.name not in base)
    return tuple(one.name for one in own if one.metadata.get("recorded", True))


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


@dataclass(frozen=True, kw_only=True)
class Record:
    """A recorded event, as those read it who come later."""

    id: UUID
    name: str
    at: datetime
    actor_id: UUID | None
    actor_name: str
    via: str
    org_id: UUID | None
    org_name: str
    org_ids: tuple[UUID, ...]
    workspace_id: UUID | None
    subject: tuple[str, UUID | None, str]
    payload: dict[str, Any]


E = TypeVar("E", bound=Event)
Listener = Callable[[Any], None]
Reader = Callable[[Sequence[Record]], None]

_recorders: list["Recorder"] = []  # one, the audit app's
_noted: ContextVar[list[Any] | None] = ContextVar("noted", default=None)
_within: dict[type[Event], list[Listener]] = defaultdict(list)
_live: dict[type[Event], list[Listener]] = defaultdict(list)
_readers: list["Reader"] = []


def emit(event: Event) -> None:
    """Leave the fact behind; call it inside the operation that made it true."""
    _keep([recorder.note(event) for recorder in _recorders])
    for react in _within[type(event)]:
        react(event)
    for listener in _live[type(event)]:
        _show_later(listener, event)


def _keep(notes: list[Any]) -> None:
    """Keep what was noted until the outermost operation ends; outside of any, write it down at once."""
    waiting = _noted.get()
    if waiting is not None:
        waiting += notes
    elif notes:
        for recorder in _recorders:
            recorder.write(notes)


@contextmanager
def noting() -> Iterator[None]:
    """Hold back what the record gets, and write all of it in one go; what fails meanwhile leaves nothing."""
    notes: list[Any] = []
    token = _noted.set(notes)
    try:
        yield
    finally:
        _noted.reset(token)
    _keep(notes)


def _show_later(listener: Listener, event: Event) -> None:
    """Let ``listener`` have the event after commit; if it fails, the act and the others go on.

    A function, since Django names what failed by ``__qualname__``, which a partial has not.
    """
    transaction.on_commit(lambda: listener(event), using=database(), robust=True)


@dataclass(frozen=True)
class Recorder:
    """Who writes the record: ``note`` how things are when a fact is told, ``write`` in the same transaction."""

    note: Callable[[Event], Any]
    write: Callable[[list[Any]], None]


def record_with(recorder: Recorder) -> None:
    _recorders[:] = [recorder]


def within(event_class: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a reaction that belongs to the same transaction; only ``collab/wiring.py`` does."""

    def register(reaction: Callable[[E], None]) -> Callable[[E], None]:
        _within[event_class].append(reaction)
        return reaction

    return register


def live(*event_classes: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register who shows the fact on screens, after commit. It may be lost; screens ask again."""

    def register(listener: Callable[[E], None]) -> Callable[[E], None]:
        for event_class in event_classes:
            _live[event_class].append(listener)
        return listener

    return register


def reads(reader: Callable[[Record], None]) -> Callable[[Record], None]:
    """Register a reader of the record. It is called at least once for each event, in Celery."""
    _readers.append(one_by_one(reader))
    return reader


def one_by_one(reader: Callable[[Record], None]) -> Reader:
    @wraps(reader)
    def reading(records: Sequence[Record]) -> None:
        for record in records:
            reader(record)

    return reading


def reads_together(reader: Reader) -> Reader:
    """Register one that is given what happened at about the same time in one go, in order."""
    _readers.append(reader)
    return reader


def readers() -> tuple[Reader, ...]:
    return tuple(_readers)
