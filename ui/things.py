"""Things of the platform that something else may point at: found and named for each viewer, by what that viewer may see.

Apps register their kinds; who points at a thing keeps its kind and its id, and asks here what that is to whoever looks.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.db.models import Q
from django.urls import Resolver404, resolve

from kernel.actor import Actor

LONGEST = 500  # characters of what is looked for
MOST = 8  # of each kind at once

Key = tuple[str, str]  # a kind and an id


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One thing, as one viewer may know it."""

    kind: str
    id: str
    called: str  # the kind, in words
    name: str
    url: str
    icon: str
    note: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, kw_only=True)
class Face:
    """What a kind says of one row."""

    name: str
    url: str
    icon: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """``rows`` are those that an actor sees, ``words`` the columns in which a search looks; ``at`` reads an id from an address."""

    key: str
    called: Any
    rows: Callable[[Actor], Any]
    face: Callable[[Any], Face]
    words: tuple[str, ...] = ()
    at: Callable[[str, dict[str, Any], str, dict[str, list[str]]], Any] = lambda name, ids, fragment, query: (
        None
    )

    def things(self, rows: Iterable[Any]) -> list[Thing]:
        found = [(row, self.face(row)) for row in rows]
        return [
            Thing(
                kind=self.key, id=str(row.pk), called=str(self.called),
                name=face.name, url=face.url, icon=face.icon, note=face.note,
            )
            for row, face in found
        ]  # fmt: skip


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.key] = kind


def kinds() -> list[Kind]:
    """Return every kind, in the order of their keys."""
    return [_kinds[key] for key in sorted(_kinds)]


def found(actor: Actor, wanted: Iterable[Key]) -> dict[Key, Thing]:
    """Return those of them that the actor sees, in one query for each kind; of the others nothing at all."""
    if actor.user_id is None:
        return {}
    by_kind: dict[str, set[UUID]] = {}
    for kind, key in wanted:
        by_kind.setdefault(kind, set()).add(UUID(key))
    known = [(_kinds[kind], keys) for kind, keys in by_kind.items() if kind in _kinds]
    things = [one for kind, keys in known for one in kind.things(kind.rows(actor).filter(pk__in=keys))]
    return {(one.kind, one.id): one for one in things}


def looked_for(actor: Actor, said: str, within: Iterable[str] = ()) -> list[Thing]:
    """Return what the actor sees that is called so, or that stands at the address that was pasted.

    Args:
        within: the kinds that fit; all where there are none.
    """
    said, wanted = said.strip()[:LONGEST], set(within) or set(_kinds)
    fitting = [one for one in kinds() if one.key in wanted]
    if not said or actor.user_id is None:
        return []
    pasted = _at(said, fitting)
    if pasted:
        return list(found(actor, pasted).values())
    things: list[Thing] = []
    for kind in fitting:
        if kind.words:
            holds = Q(*((f"{column}__icontains", said) for column in kind.words), _connector=Q.OR)
            things += kind.things(kind.rows(actor).filter(holds)[:MOST])
    return things


def _at(address: str, fitting: list[Kind]) -> list[Key]:
    """Return what an address points at; the root before it says nothing."""
    try:
        said = urlsplit(address)
        match = resolve(said.path) if said.path.startswith("/") else None
    except (ValueError, Resolver404):
        return []
    if match is None:
        return []
    ids = match.kwargs
    said_of = [
        (one.key, one.at(match.url_name or "", ids, said.fragment, parse_qs(said.query))) for one in fitting
    ]
    return [(kind, str(key)) for kind, key in said_of if key is not None and is_id(str(key))]


def is_id(said: str) -> bool:
    try:
        return str(UUID(said)) == said
    except ValueError:
        return False
