"""The patience of a step: when it is due, when its people are reminded, what happens when nobody has answered by then.

``{"due": "8bh", "remind": ["-2bh", "1bd"], "overdue": "auto_pass"}``: reminders count from the due time, before or after.
``{"overdue": {"escalate": {"to": "manager", "mode": "add"}}}`` and ``{"overdue": {"return": "previous"}}`` say more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from approvals import business_time

MOST_REMINDERS = 20
KEYS = {"due", "remind", "overdue"}
ENDINGS = ("remind", "escalate", "auto_pass", "auto_reject", "return", "suspend")
# Nobody answers for another organization, and silence signs nothing.
BETWEEN = ("remind", "auto_reject", "return", "suspend")
# A system that was called is reminded by no letter, and nobody stands above it.
CALLED = ("auto_pass", "auto_reject", "return", "suspend")
OVERDUE = {"approve": ENDINGS, "handle": ENDINGS, "party": BETWEEN, "confirm": BETWEEN, "call": CALLED}
SAYS_MORE = ("escalate", "return")
TO, STANCES = ("manager", "admin"), ("add", "replace")
POSITION = re.compile(r"[-a-zA-Z0-9_]{1,40}")


@dataclass(frozen=True)
class Alarm:
    """``kind`` happens ``offset`` after the due time."""

    kind: str
    n: int
    offset: str


def alarms(said: dict[str, Any]) -> Iterator[Alarm]:
    reminders = said.get("remind", [])
    for place, offset in enumerate(reminders):
        yield Alarm("remind", place, offset)
    kind, _more = ending(said)
    if kind:
        yield Alarm(kind, len(reminders) if kind == "remind" else 0, "0m")


def ending(said: dict[str, Any]) -> tuple[str, Any]:
    """Return what happens at the due time, and what is said about it beside."""
    overdue = said.get("overdue", "")
    if isinstance(overdue, str):
        return overdue, {"return": "START"}.get(overdue, {})
    ((kind, more),) = overdue.items()
    return kind, more


def stance(node: dict[str, Any], more: dict[str, Any]) -> str:
    """Return whether somebody is asked beside those who are late, or in their place: in a sequence one is asked at a time."""
    is_sequence = node.get("mode", {}).get("kind") == "sequence"
    return more.get("mode", "replace" if is_sequence else "add")


def faults(said: Any, node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong, as the rest of a JSON pointer and a code."""
    if not isinstance(said, dict):
        yield "", "type"
        return
    for key in set(said) - KEYS:
        yield f"/{_escaped(key)}", "unknown_key"
    if "due" not in said:
        yield "/due", "required"
    elif not is_length(said["due"]):
        yield "/due", "format"
    reminders = said.get("remind", [])
    if node["type"] == "call":
        yield from _called(said, node)
    if not isinstance(reminders, list) or len(reminders) > MOST_REMINDERS:
        yield "/remind", "type" if not isinstance(reminders, list) else "limit"
    else:
        for place, one in enumerate(reminders):
            if not is_duration(one):
                yield f"/remind/{place}", "format"
    if "overdue" in said:
        yield from _overdue(said["overdue"], node)


def _called(said: dict[str, Any], node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Only an answer can be waited for."""
    if not node.get("callback"):
        yield "", "conflict"
    if "remind" in said:
        yield "/remind", "conflict"


def _overdue(said: Any, node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    known = OVERDUE.get(node["type"], ())
    if not isinstance(said, dict):
        if said not in known:
            yield "/overdue", "not_supported"
        return
    if len(said) != 1:
        yield "/overdue", "conflict" if said else "required"
        return
    ((kind, more),) = said.items()
    if kind not in SAYS_MORE or kind not in known:
        yield f"/overdue/{_escaped(kind)}", "not_supported"
    elif kind == "return":
        if not isinstance(more, str):
            yield "/overdue/return", "type"
    else:
        yield from _escalation(more, node)


def _escalation(said: Any, node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    place = "/overdue/escalate"
    if not isinstance(said, dict):
        yield place, "type"
        return
    for key in set(said) - {"to", "mode"}:
        yield f"{place}/{_escaped(key)}", "unknown_key"
    to = said.get("to", "manager")
    is_position = isinstance(to, dict) and list(to) == ["role"] and isinstance(to["role"], str)
    if not (to in TO if isinstance(to, str) else is_position and POSITION.fullmatch(to["role"])):
        yield f"{place}/to", "not_supported"
    if said.get("mode", "add") not in STANCES:
        yield f"{place}/mode", "not_supported"
    elif said.get("mode") == "add" and stance(node, {}) == "replace":
        yield f"{place}/mode", "conflict"


def _escaped(key: Any) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def is_duration(said: Any) -> bool:
    return isinstance(said, str) and business_time.DURATION.fullmatch(said) is not None


def is_length(said: Any) -> bool:
    """Tell whether this is a duration of some length, onwards."""
    return is_duration(said) and business_time.read(said).amount > 0
