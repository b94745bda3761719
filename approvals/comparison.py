"""What is different between two versions of a form: parties, fields and steps by their ids, wherever they stand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.designer.words import name_of_key, name_of_type
from approvals.models.definitions import worded
from approvals.tree import SPLITS

INNER = ("cases", "branches", "default")
PARTS = {"parties": _("Parties"), "fields": _("Fields"), "flow": _("Steps"), "rest": _("Everything else")}


@dataclass(frozen=True)
class Change:
    """One difference. ``what`` is the thing, ``key`` which of its sides; empty where it came or went as a whole."""

    part: Any
    what: str
    how: str  # added, removed, changed, moved
    key: str = ""
    before: str = ""
    after: str = ""


def compared(older: dict[str, Any], newer: dict[str, Any]) -> list[Change]:
    before, after = dict(_things(older)), dict(_things(newer))
    _note_places(before, after)
    found: list[Change] = []
    for place in [*before, *(one for one in after if one not in before)]:
        found += _thing(place, before.get(place), after.get(place))
    return found


def _note_places(before: dict[Any, Any], after: dict[Any, Any]) -> None:
    """Let each step that both have say where it stands among those that both have: a new one moves no other."""
    both = [place for place in before if place in after and "" in before[place]]
    for things in (before, after):
        seen: dict[str, int] = {}
        for place in [one for one in things if one in both]:
            around = things[place][""]
            seen[around] = seen.get(around, 0) + 1
            things[place][""] = (around, seen[around])


def _thing(place: tuple[str, str], old: Any, new: Any) -> Iterator[Change]:
    part, name = PARTS[place[0]], _name(place, new if new is not None else old)
    if old is None or new is None:
        yield Change(part, name, "added" if old is None else "removed")
        return
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) == new.get(key):
            continue
        if key == "":
            yield Change(part, name, "moved")
        else:
            yield Change(
                part, name, "changed", str(name_of_key(key)), _said(old.get(key)), _said(new.get(key))
            )


def _things(body: dict[str, Any]) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Yield whatever has an id, and all the rest as one; ``""`` of a step is the block it stands in."""
    for party in _dicts(body.get("parties")):
        yield ("parties", str(party.get("id"))), party
    form = body.get("form") if isinstance(body.get("form"), dict) else {}
    for one in _dicts(form.get("fields")):
        yield ("fields", str(one.get("id"))), one
    yield from _steps(body.get("flow"), "")
    rest = {key: value for key, value in body.items() if key not in ("parties", "form", "flow", "schema")}
    yield ("rest", ""), rest | {key: value for key, value in form.items() if key != "fields"}


def _steps(block: Any, around: str) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for node in _dicts(block):
        key = str(node.get("id"))
        own = {name: value for name, value in node.items() if name not in INNER}
        if node.get("type") in SPLITS:
            own["if"] = [one.get("if") for one in _dicts(node.get("cases"))]
            own["titles"] = [
                one.get("title") for one in [*_dicts(node.get("cases")), *_dicts(node.get("branches"))]
            ]
        yield ("flow", key), own | {"": around}
        for name in ("cases", "branches"):
            for place, one in enumerate(_dicts(node.get(name))):
                yield from _steps(one.get("flow"), f"{key}/{name}/{place}")
        yield from _steps(node.get("default"), f"{key}/default")


def _dicts(said: Any) -> list[dict[str, Any]]:
    return [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []


def _name(place: tuple[str, str], thing: dict[str, Any]) -> str:
    if place[0] == "rest":
        return ""
    kind = "" if place[0] == "parties" else f" · {name_of_type(thing.get('type'))}"
    return f"{worded(thing.get('title'), place[1])}{kind}"


def _said(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, dict) and value and set(value) <= {"en", "zh-hans"}:
        return " / ".join(str(text) for text in value.values())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
