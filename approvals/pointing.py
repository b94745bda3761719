"""Fields that point at a thing of the platform: what stands there for whoever looks, and how a page lets one choose."""

from dataclasses import dataclass
from typing import Any

from approvals.fields import REF
from kernel.actor import Actor
from ui import things
from ui.things import Thing

HELD = "held"  # how a page names what the form holds and its reader does not see
UNSEEN: dict[str, str | None] = {"kind": None, "id": None, "name": None, "url": None}
Value = dict[str, Any]


def key_of(value: Value) -> things.Key:
    return value["kind"], value["id"]


def things_in(reader: Actor, fields: list[dict[str, Any]], form: dict[str, Any]) -> dict[things.Key, Thing]:
    """Return what a form points at and the reader sees."""
    wanted = [key_of(form[one["id"]]) for one in fields if one["type"] == REF and form.get(one["id"])]
    return things.found(reader, wanted) if wanted else {}


def told(thing: Thing | None) -> dict[str, str | None]:
    """Return what a program is told of it; of what it may not see not even the kind."""
    if thing is None:
        return dict(UNSEEN)
    return {"kind": thing.kind, "id": thing.id, "name": thing.name, "url": thing.url}


def without_things(fields: list[dict[str, Any]], form: dict[str, Any]) -> dict[str, Any]:
    """Return a form as it reads where nobody is there in whose name one could ask: something is linked, and no more."""
    linked = {one["id"] for one in fields if one["type"] == REF} & set(form)
    return form | {name: {"kind": None, "id": None} for name in linked}


@dataclass(frozen=True)
class Row:
    """One thing that can be chosen; without a thing, nothing at all, or what one does not see."""

    value: str
    thing: Thing | None
    is_chosen: bool


@dataclass(frozen=True)
class Box:
    """What a page shows of such a field: what is chosen now, and what was found."""

    name: str
    said: str  # what was looked for
    rows: list[Row]
    is_empty_handed: bool

    @classmethod
    def of(cls, reader: Actor, name: str, value: str, said: str, kinds: list[str], *, needed: bool) -> "Box":
        """``value`` is a key such as ``channel:<id>``, HELD, or empty."""
        chosen = _chosen(reader, value)
        hits = [one for one in things.looked_for(reader, said, kinds) if one.key != value]
        rows = [] if needed else [Row("", None, chosen is None and value != HELD)]
        if chosen is not None or value == HELD:
            rows.append(Row(value, chosen, True))
        rows += [Row(one.key, one, False) for one in hits]
        return cls(name, said, rows, bool(said.strip()) and not hits)


def _chosen(reader: Actor, value: str) -> Thing | None:
    kind, _colon, key = value.partition(":")
    if not key or not things.is_id(key):
        return None
    return things.found(reader, [(kind, key)]).get((kind, key))
