"""What was filled in beside a definition, written into it: each input is named after its kind and its place.

``s:/flow/0/title/en`` is a text, ``n:`` a whole number, ``f:`` a yes or no, ``m:`` a choice of several, ``j:`` JSON,
``x:`` a formula, ``d:`` and ``du:`` a duration's number and unit, ``k:`` the kind of a rule or mode, ``i:`` an id whose mentions follow
it, ``c:`` a condition. An empty one takes away what stands there.
"""

import json
import re
from typing import Any, Protocol

from approvals.designer import formulas, pointers
from approvals.designer.conditions import condition_of
from approvals.designer.fresh import MODE_OF, RULE_OF
from approvals.designer.mentions import rename
from kernel.errors import InvalidInput, Malformed
from kernel.gate import check_texts, read_json

KINDS = ("k", "s", "n", "f", "m", "j", "x", "d", "c", "i")  # in the order in which they are written
NUMBER = re.compile(r"-?\d{1,12}")
LONGEST = 10_000

Faults = list[dict[str, Any]]


class Said(Protocol):
    """A form as Django hands it over."""

    def getlist(self, key: str) -> list[str]: ...
    def __iter__(self) -> Any: ...


def write(body: dict[str, Any], said: Said) -> Faults:
    """Write every input into ``body``; return what could not be read, each with its pointer."""
    faults: Faults = []
    switched: list[str] = []
    named = [
        (kind, place)
        for one in said
        if (kind := one.partition(":")[0]) in KINDS and (place := one.partition(":")[2])
    ]
    named.sort(key=lambda one: KINDS.index(one[0]))
    for kind, place in named:
        if any(place.startswith(f"{one}/") for one in switched):
            continue  # they filled in the kind that is gone
        try:
            if kind == "k":
                if _switch(body, place, said.getlist(f"k:{place}")[-1]):
                    switched.append(place)
            else:
                WRITERS[kind](body, place, said)
        except pointers.Nowhere:
            continue
        except (InvalidInput, Malformed):
            faults.append({"pointer": place, "code": "format", "detail": ""})
    return faults


def _set(body: Any, place: str, value: Any) -> None:
    if value in ("", None, []):
        pointers.drop(body, place)
    else:
        pointers.put(body, place, value)


def _last(said: Said, name: str) -> str:
    return (said.getlist(name) or [""])[-1].strip()[:LONGEST].replace("\r\n", "\n")


def _text(body: Any, place: str, said: Said) -> None:
    _set(body, place, _last(said, f"s:{place}"))


def _number(body: Any, place: str, said: Said) -> None:
    text = _last(said, f"n:{place}")
    _set(body, place, int(text) if NUMBER.fullmatch(text) else text)


def _flag(body: Any, place: str, said: Said) -> None:
    """Say yes; say no only where a definition would say yes without a word."""
    text = _last(said, f"f:{place}")
    if text == "1":
        pointers.put(body, place, True)
    elif text == "0":
        pointers.put(body, place, False)
    else:
        pointers.drop(body, place)


def _many(body: Any, place: str, said: Said) -> None:
    _set(body, place, list(dict.fromkeys(one for one in said.getlist(f"m:{place}") if one)))


def _json(body: Any, place: str, said: Said) -> None:
    text = _last(said, f"j:{place}")
    if not text:
        pointers.drop(body, place)
        return
    value = read_json(text.encode("utf-8", "surrogatepass"))
    check_texts({"": value})
    pointers.put(body, place, value)


def _formula(body: Any, place: str, said: Said) -> None:
    text = _last(said, f"x:{place}")
    _set(body, place, formulas.read(text) if text else "")


def _duration(body: Any, place: str, said: Said) -> None:
    amount, unit = _last(said, f"d:{place}"), _last(said, f"du:{place}") or "h"
    is_reminder = place.rpartition("/")[0].endswith("/remind")
    is_before = is_reminder and str(pointers.at(body, place, "-")).startswith("-")
    sign = "-" if is_before and not amount.startswith("-") else ""
    _set(body, place, f"{sign}{amount}{unit}" if amount else "")


def _condition(body: Any, place: str, said: Said) -> None:
    found = condition_of(body, place, said)
    if found is pointers.MISSING:
        pointers.drop(body, place)
    elif found is not None:
        pointers.put(body, place, found)


def _switch(body: Any, place: str, kind: str) -> bool:
    """Make a rule or mode one of another kind; tell whether it was."""
    now = pointers.at(body, place)
    if place.endswith("/mode"):
        if kind not in MODE_OF or (isinstance(now, dict) and now.get("kind") == kind):
            return False
        pointers.put(body, place, MODE_OF[kind]())
        return True
    if kind not in RULE_OF or (isinstance(now, dict) and list(now) == [kind]):
        return False
    pointers.put(body, place, {kind: RULE_OF[kind]()})
    return True


def _id(body: Any, place: str, said: Said) -> None:
    rename(body, place, _last(said, f"i:{place}"))


WRITERS = {
    "s": _text, "n": _number, "f": _flag, "m": _many, "j": _json, "x": _formula, "d": _duration, "c": _condition, "i": _id
}  # fmt: skip


def shown_json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)
