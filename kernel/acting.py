"""In whose name the database is asked, and where the request came from."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings

from kernel.actor import Actor


class NobodyActs(RuntimeError):
    """A query was about to run and no door had said who asks."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where an act came from: for the record, never for a decision."""

    request_id: str = ""
    address: str = ""
    device: str = ""


_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)
_origin: ContextVar[Origin] = ContextVar("origin", default=Origin())


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Say who asks, for every query inside. Opens no transaction."""
    token = _acting.set(actor)
    try:
        yield actor
    finally:
        _acting.reset(token)


@contextmanager
def coming_from(origin: Origin) -> Iterator[Origin]:
    token = _origin.set(origin)
    try:
        yield origin
    finally:
        _origin.reset(token)


def current_actor() -> Actor:
    """Return who acts.

    Raises:
        NobodyActs: no door has opened ``acting``.
    """
    actor = _acting.get()
    if actor is None:
        raise NobodyActs("no actor: open `with acting(actor):` around this query")
    return actor


def somebody_acts() -> bool:
    return _acting.get() is not None


def acts(actor: Actor) -> bool:
    """Tell whether the database is being asked in this person's name."""
    return somebody_acts() and actor.is_person and current_actor().user_id == actor.user_id


def origin() -> Origin:
    return _origin.get()


def database() -> str:
    """Return the alias whose login fits the current actor: ``system`` for the platform itself."""
    return "system" if current_actor().sees_all and "system" in settings.DATABASES else "default"
