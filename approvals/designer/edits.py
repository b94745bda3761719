"""What somebody does to the shape of a definition: add, remove, copy, put earlier or later, move elsewhere."""

from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from approvals.designer import fresh, pointers
from approvals.designer.fresh import RULE_OF
from approvals.designer.words import FIELDS, NODES
from approvals.schema.nodes import KEYS
from approvals.schema.parts import FIELD_TYPES

Done = tuple[str, str]  # which place is looked at now, and what is said to who does not see it


def edit(body: dict[str, Any], said: str, at: str) -> Done:
    """Do what a button says, ``verb place more``; what leads nowhere changes nothing."""
    verb, _space, rest = said.partition(" ")
    place, _space, more = rest.partition(" ")
    if verb not in VERBS:
        return at, ""
    try:
        return VERBS[verb](body, place, more, at)
    except (pointers.Nowhere, KeyError, TypeError, ValueError, IndexError):
        return at, ""


def look(body: dict[str, Any], place: str, more: str, at: str) -> Done:
    return place, ""


def add(body: dict[str, Any], place: str, kind: str, at: str) -> Done:
    """Add a step before what stands at ``place``."""
    if not place.startswith("/flow"):
        raise pointers.Nowhere
    pointers.insert(body, place, fresh.node(body, kind))
    return place, _("%(thing)s added") % {"thing": NODES.get(kind, kind)}


def append(body: dict[str, Any], place: str, kind: str, at: str) -> Done:
    """Add one more to a list: a field, party, option, rule, branch or check."""
    last = place.rpartition("/")[2]
    if last not in MADE:
        raise pointers.Nowhere
    made = MADE[last](body, place, kind)
    n = len(pointers.at(body, place) or [])
    pointers.insert(body, f"{place}/{n}", made)
    own = (last in ("parties", "checks") and place.count("/") <= 2) or place == "/form/fields"
    name = FIELDS.get(kind, "") if last == "fields" else ""
    return f"{place}/{n}" if own or last in ("cases", "branches") else at, _("%(thing)s added") % {
        "thing": name or _("One more")
    }


def _field(body: Any, place: str, kind: str) -> Any:
    if kind not in FIELD_TYPES:
        raise KeyError(kind)
    return fresh.field(body, kind)


def _party(body: Any, place: str, kind: str) -> Any:
    if place != "/parties":  # of a joint confirmation
        raise pointers.Nowhere
    return fresh.party(body, kind if kind in ("initiator", "counterparty") else "counterparty")


def _rule(body: Any, place: str, kind: str) -> Any:
    return {kind: RULE_OF[kind]()}


MADE = {
    "fields": _field,
    "parties": _party,
    "options": lambda body, place, kind: fresh.option(len(pointers.at(body, place) or []) + 1),
    "who": _rule,
    "except": _rule,
    "range": _rule,
    "columns": lambda body, place, kind: fresh.column(body),
    "cases": lambda body, place, kind: fresh.case(),
    "branches": lambda body, place, kind: {"flow": []},
    "checks": lambda body, place, kind: {"msg": {}},
    "groups": lambda body, place, kind: {"who": [{"users": []}], "mode": {"kind": "any"}},
    "remind": lambda body, place, kind: "-1h",
}


def remove(body: dict[str, Any], place: str, more: str, at: str) -> Done:
    if place in ("", "/flow", "/form", "/form/fields"):
        raise pointers.Nowhere
    if pointers.drop(body, place) is pointers.MISSING:
        return at, ""
    above = place.rpartition("/")[0]
    if pointers.at(body, above) == [] and above.rpartition("/")[2] in ("checks", "except", "remind"):
        pointers.drop(body, above)
    inside = at == place or at.startswith(f"{place}/")
    return "" if inside else _followed(at, place, -1), _("Removed")


def copy(body: dict[str, Any], place: str, more: str, at: str) -> Done:
    """Put a second one behind, with ids of its own."""
    thing = deepcopy(pointers.at(body, place))
    above, n = pointers.split(place)
    if not isinstance(thing, dict) or not isinstance(pointers.at(body, above), list):
        raise pointers.Nowhere
    _renew(body, thing, pointers.at(body, place))
    there = f"{above}/{int(n) + 1}"
    pointers.insert(body, there, thing)
    return there, _("Copied")


def _renew(body: Any, thing: Any, original: Any) -> None:
    taken = fresh.ids(body)
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            if isinstance(one.get("id"), str):
                stem = one["id"].rstrip("0123456789")[:36] or "step"
                one["id"] = next(f"{stem}{n}" for n in range(2, 10_000) if f"{stem}{n}" not in taken)
                taken.add(one["id"])
            waiting += one.values()


def up(body: dict[str, Any], place: str, more: str, at: str) -> Done:
    return _swap(body, place, -1, at)


def down(body: dict[str, Any], place: str, more: str, at: str) -> Done:
    return _swap(body, place, 1, at)


def _swap(body: dict[str, Any], place: str, by: int, at: str) -> Done:
    above, last = pointers.split(place)
    here, n = pointers.at(body, above), int(last)
    if not isinstance(here, list) or not 0 <= n + by < len(here) or n >= len(here):
        return at, ""
    here[n], here[n + by] = here[n + by], here[n]
    there = f"{above}/{n + by}"
    said = _("Now number %(n)d of %(all)d") % {"n": n + by + 1, "all": len(here)}
    return (
        there + at[len(place) :]
        if at == place or at.startswith(f"{place}/")
        else place
        if at == there
        else at
    ), said


def move(body: dict[str, Any], place: str, there: str, at: str) -> Done:
    """Take what stands at ``place`` and put it before what stands ``there``, in whichever list."""
    if (
        there == place
        or there.startswith(f"{place}/")
        or place.startswith("/flow") != there.startswith("/flow")
    ):
        raise pointers.Nowhere
    above, last = pointers.split(place)
    target, n = pointers.split(there)
    from_list, into = pointers.at(body, above), pointers.at(body, target)
    if not isinstance(from_list, list) or not (isinstance(into, list) or into is None):
        raise pointers.Nowhere
    if not place.startswith("/flow") and above != target:
        raise pointers.Nowhere  # fields, parties and options stay among their own
    if int(last) >= len(from_list) or int(n) > len(into or []):
        raise pointers.Nowhere
    thing = pointers.drop(body, place)
    there = _followed(there, place, -1)
    pointers.insert(body, there, thing)
    return there, _("Moved")


def _followed(place: str, gone: str, by: int) -> str:
    """Return where a place is, once something before it in a list is gone."""
    above, last = pointers.split(gone)
    if not place.startswith(f"{above}/") or not last.isdigit():
        return place
    head, slash, rest = place[len(above) + 1 :].partition("/")
    if not head.isdigit() or int(head) <= int(last):
        return place
    return f"{above}/{int(head) + by}{slash}{rest}"


VERBS = {
    "look": look, "add": add, "append": append, "remove": remove, "copy": copy, "up": up, "down": down, "move": move
}  # fmt: skip
NODE_KINDS = tuple(KEYS)
