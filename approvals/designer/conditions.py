"""Conditions as people fill them in: some comparisons, all of which must hold, or one of them.

A condition that says more than that stays JSON: it is shown as such, and never changed behind anybody's back.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.conditions import COMPARISONS, KINDS, OUTCOMES
from approvals.designer import pointers
from approvals.fields import REF
from approvals.models.definitions import worded
from kernel.gate import read_json
from ui import things

MOST_ROWS = 12
SIMPLE = (*COMPARISONS, "empty")
OPERATORS = {
    "eq": gettext_lazy("is"),
    "ne": gettext_lazy("is not"),
    "lt": gettext_lazy("is below"),
    "le": gettext_lazy("is at most"),
    "gt": gettext_lazy("is above"),
    "ge": gettext_lazy("is at least"),
    "empty": gettext_lazy("is empty"),
    "filled": gettext_lazy("is filled in"),
}


@dataclass(frozen=True)
class Line:
    """One comparison: ``left`` is a reference, ``value`` what it is compared with."""

    left: str = ""
    operator: str = "eq"
    value: Any = ""


@dataclass(frozen=True)
class Simple:
    """What people see of a condition. ``text`` is its JSON where it says more than lines can."""

    join: str = "and"
    lines: list[Line] = field(default_factory=list)
    text: str = ""


def simple(said: Any) -> Simple:
    if isinstance(said, dict) and len(said) == 1:
        ((operator, of),) = said.items()
        if operator in ("and", "or") and isinstance(of, list) and 0 < len(of) <= MOST_ROWS:
            lines = [line for one in of if (line := _line(one)) is not None]
            if len(lines) == len(of):
                return Simple(operator, lines)
        line = _line(said)
        if line is not None:
            return Simple("and", [line])
    return Simple(text=json.dumps(said, ensure_ascii=False) if said is not None else "", lines=[Line()])


def _line(said: Any) -> Line | None:
    if not isinstance(said, dict) or len(said) != 1:
        return None
    ((operator, of),) = said.items()
    if operator == "empty" and isinstance(of, str):
        return Line(of, "empty")
    if operator == "not" and isinstance(of, dict) and list(of) == ["empty"] and isinstance(of["empty"], str):
        return Line(of["empty"], "filled")
    is_pair = isinstance(of, list) and len(of) == 2 and isinstance(of[0], str)
    if operator in COMPARISONS and is_pair and not isinstance(of[1], (dict, list)):
        return Line(of[0], operator, of[1])
    return None


def condition_of(body: Any, place: str, said: Any) -> Any:
    """Return the condition that was filled in, MISSING where none was chosen, None where nobody was asked."""
    text = _last(said, f"ct:{place}")
    if _last(said, f"c:{place}") == "json":
        return read_json(text.encode("utf-8", "surrogatepass")) if text else None
    if not said.getlist(f"cl:{place}:0"):
        return None
    lines = []
    for n in range(MOST_ROWS + 1):
        left = _last(said, f"cl:{place}:{n}")
        if left:
            lines.append(_built(body, left, _last(said, f"co:{place}:{n}"), _last(said, f"cv:{place}:{n}")))
    if len(lines) < 2:
        return lines[0] if lines else pointers.MISSING
    return {"or" if _last(said, f"c:{place}") == "or" else "and": lines}


def _last(said: Any, name: str) -> str:
    return (said.getlist(name) or [""])[-1].strip()[:2_000]


def _built(body: Any, left: str, operator: str, value: str) -> dict[str, Any]:
    if operator == "empty":
        return {"empty": left}
    if operator == "filled":
        return {"not": {"empty": left}}
    kind = kind_of(body, left)
    typed: Any = value
    if kind == "flag" and value in ("true", "false"):
        typed = value == "true"
    elif kind == "number":
        typed = re.sub(r"[,\s，]", "", value)
    return {operator if operator in COMPARISONS else "eq": [left, typed]}


def kind_of(body: Any, reference: str) -> str:
    for one in fields_of(body):
        if reference == f"${one['id']}":
            return KINDS.get(one["type"], "text")
    return "text"


def fields_of(body: Any) -> list[dict[str, Any]]:
    """Return those fields that have an id and a type; a draft may hold anything."""
    form = body.get("form") if isinstance(body, dict) else None
    said = form.get("fields") if isinstance(form, dict) else None
    return [
        one
        for one in (said if isinstance(said, list) else [])
        if isinstance(one, dict) and isinstance(one.get("id"), str) and isinstance(one.get("type"), str)
    ]


def named(body: Any, reference: Any) -> str:
    """Return what a reference is called on pages."""
    return next((str(name) for ref, name in lefts(body) if ref == reference), str(reference))


def lefts(body: Any) -> list[tuple[str, Any]]:
    """Return what can be asked about: fields of the form, who asks, and how steps ended."""
    found: list[tuple[str, Any]] = [
        (f"${one['id']}", worded(one.get("title"), one["id"]))
        for one in fields_of(body)
        if KINDS.get(one["type"], "text") not in ("table", "range")
    ]
    found += [
        (f"${one['id']}.kind", _("Kind of %(field)s") % {"field": worded(one.get("title"), one["id"])})
        for one in fields_of(body)
        if one["type"] == REF
    ]
    found += [
        ("$initiator.department", _("Department of who asks")),
        ("$initiator.role", _("Role of who asks")),
        ("$initiator.id", _("Who asks")),
    ]
    return found + [
        (
            f"$step.{node['id']}.outcome",
            _("Outcome of %(step)s") % {"step": worded(node.get("title"), node["id"])},
        )
        for node in steps_of(body)
    ]


def steps_of(body: Any) -> list[dict[str, Any]]:
    """Return every step that has an id, in the order of the definition."""
    found: list[dict[str, Any]] = []
    waiting = [body.get("flow") if isinstance(body, dict) else None]
    while waiting:
        block = waiting.pop(0)
        for one in block if isinstance(block, list) else []:
            if not isinstance(one, dict):
                continue
            if isinstance(one.get("id"), str):
                found.append(one)
            for name in ("cases", "branches"):
                inner = one.get(name)
                waiting += [
                    each.get("flow")
                    for each in (inner if isinstance(inner, list) else [])
                    if isinstance(each, dict)
                ]
            waiting.append(one.get("default"))
    return found


def rights(body: Any, line: Line) -> list[tuple[str, Any]]:
    """Return what a value can be chosen from; nothing where it is written by hand."""
    for one in fields_of(body):
        if line.left == f"${one['id']}":
            if one["type"] == "bool":
                return [("true", _("Yes")), ("false", _("No"))]
            if one["type"] == "select" and isinstance(one.get("options"), list):
                options = [each for each in one["options"] if isinstance(each, dict)]
                return [
                    (str(each.get("value")), worded(each.get("title"), str(each.get("value"))))
                    for each in options
                ]
        if one["type"] == REF and line.left == f"${one['id']}.kind":
            return [(kind.key, kind.called) for kind in things.kinds()]
    if line.left.startswith("$step."):
        return [(one, one) for one in OUTCOMES]
    if line.left == "$initiator.role":
        return [("owner", _("Owner")), ("admin", _("Admin")), ("member", _("Member"))]
    return []


def in_words(body: Any, said: Any) -> str:
    """Say a condition in one line: Amount is at least 100000."""
    found = simple(said)
    if found.text:
        return found.text if len(found.text) <= 80 else found.text[:79] + "…"
    words = [_words(body, one) for one in found.lines]
    return (_(" and ") if found.join == "and" else _(" or ")).join(words)


def _words(body: Any, line: Line) -> str:
    if not line.left:
        return _("Nothing chosen yet")
    name, operator = named(body, line.left), str(OPERATORS[line.operator])
    if line.operator in ("empty", "filled"):
        return f"{name} {operator}"
    value = (
        {True: "true", False: "false"}.get(line.value, str(line.value))
        if isinstance(line.value, bool)
        else str(line.value)
    )
    return f"{name} {operator} {dict(rights(body, line)).get(value, value) or '?'}"
