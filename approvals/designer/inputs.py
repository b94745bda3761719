"""Single inputs of the designer, each named after its kind and its place, with what is wrong there."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from approvals.designer import formulas, pointers
from approvals.designer.conditions import OPERATORS, lefts, rights, simple, steps_of
from approvals.designer.typed import shown_json
from approvals.designer.words import name_of_key
from approvals.models.definitions import worded

Choices = list[tuple[str, Any]]
UNITS = ("bh", "bd", "h", "d", "m")
LANGUAGES = (("en", "English"), ("zh-hans", "中文"))


@dataclass
class Control:
    """One input. ``name`` says how what is filled in is written, see ``typed``."""

    kind: str  # text, long, number, flag, choice, many, json, duration, condition, rule
    place: str
    label: Any
    name: str = ""
    value: Any = ""
    choices: Choices = field(default_factory=list)
    help: Any = ""
    faults: list[Any] = field(default_factory=list)
    inner: list["Control"] = field(default_factory=list)
    more: Any = None

    @property
    def id(self) -> str:
        return "at" + "".join(one if one.isalnum() else "-" for one in f"{self.kind}{self.place}")


@dataclass
class Group:
    title: Any
    controls: list[Control]
    adds: Choices = field(default_factory=list)  # what can be added: the edit and its words
    is_open: bool = True


@dataclass
class Panel:
    title: str
    called: Any
    place: str
    groups: list[Group]
    can_remove: bool = False
    can_copy: bool = False

    @property
    def is_step(self) -> bool:
        return self.place.startswith("/flow/") and not self.place.rpartition("/")[0].endswith(
            ("/cases", "/branches")
        )


@dataclass
class Around:
    """What a panel may choose from: the organization's people, positions and forms."""

    people: Choices
    positions: Choices
    forms: Choices = field(default_factory=list)  # that another form may wait for, by key


class Inputs:
    """Builds inputs for the places of one definition."""

    def __init__(self, body: dict[str, Any], faults: list[Any], around: Around) -> None:
        self.body, self.faults, self.around = body, faults, around

    def control(
        self,
        kind: str,
        place: str,
        label: Any,
        prefix: str,
        value: Any,
        choices: Choices | None = None,
        help: Any = "",
    ) -> Control:
        wrong = [
            one["detail"]
            for one in self.faults
            if one["pointer"] == place or one["pointer"].startswith(f"{place}/")
        ]
        return Control(
            kind, place, label, f"{prefix}:{place}", value, choices or [], help, list(dict.fromkeys(wrong))
        )

    def text(self, place: str, label: Any = "", help: Any = "") -> Control:
        said, label = pointers.at(self.body, place), label or name_of_key(place.rpartition("/")[2])
        if said is not None and not isinstance(said, str):
            return self.control("json", place, label, "j", shown_json(said), help=help)
        return self.control("text", place, label, "s", said or "", help=help)

    def number(self, place: str, label: Any = "") -> Control:
        said = pointers.at(self.body, place)
        value = said if isinstance(said, (int, str)) else shown_json(said)
        return self.control("number", place, label or name_of_key(place.rpartition("/")[2]), "n", value)

    def flag(self, place: str, label: Any = "") -> Control:
        value = pointers.at(self.body, place) is True
        return self.control("flag", place, label or name_of_key(place.rpartition("/")[2]), "f", value)

    def choice(self, place: str, label: Any, choices: Choices, value: Any = None, empty: Any = "") -> Control:
        held = pointers.at(self.body, place) if value is None else value
        if held is not None and not isinstance(held, str):  # it says more than a choice can
            return self.control("json", place, label, "j", shown_json(held))
        said = held or ""
        found = [("", empty), *choices] if empty else list(choices)
        if said and said not in dict(found):
            found.append((said, said))
        return self.control("choice", place, label, "s", said, found)

    def words(self, place: str, said: Any, label: Any = "") -> list[Control]:
        held = said if isinstance(said, dict) else {}
        label = label or name_of_key("title")
        return [
            self.control(
                "text",
                f"{place}/{code}",
                f"{label} · {language}",
                "s",
                held.get(code) if isinstance(held.get(code), str) else "",
            )
            for code, language in LANGUAGES
        ]

    def key(self, place: str) -> Control:
        said = pointers.at(self.body, f"{place}/id")
        return self.control(
            "text",
            f"{place}/id",
            name_of_key("id"),
            "i",
            said if isinstance(said, str) else "",
            help=_("Small letters, digits and _. What refers to it follows."),
        )

    def formula(self, place: str) -> Control:
        """A formula in a line; one that a line cannot say stays JSON."""
        said = pointers.at(self.body, place)
        text = "" if said is None else formulas.written(said)
        if text is None:
            return self.control("json", place, name_of_key("formula"), "j", shown_json(said))
        example = _("Such as a * b, row.pieces * row.price or sum(lines.cost).")
        return self.control("text", place, name_of_key("formula"), "x", text, help=example)

    def duration(self, place: str, label: Any, said: Any) -> Control:
        text = said if isinstance(said, str) else ""
        digits = text.lstrip("-")
        unit = digits.lstrip("0123456789")
        found = self.control(
            "duration",
            place,
            label,
            "d",
            digits[: len(digits) - len(unit)],
            [(one, unit_words(one)) for one in UNITS],
        )
        found.more = unit if unit in UNITS else "bh"
        return found

    def condition(self, place: str, said: Any) -> Control:
        found = self.control("condition", place, name_of_key("if"), "c", "")
        read = simple(said)
        choices = [("", "—"), *lefts(self.body)]
        rows = [
            {
                "n": n,
                "line": line,
                "value": {True: "true", False: "false"}.get(line.value, line.value)
                if isinstance(line.value, bool)
                else line.value,
                "choices": rights(self.body, line),
            }
            for n, line in enumerate([*read.lines, *([] if read.text else [type(read.lines[0])()])])
        ]
        found.more = {"simple": read, "rows": rows, "lefts": choices, "operators": list(OPERATORS.items())}
        return found

    def rest(self, place: str, one: dict[str, Any], known: set[str], done: set[str]) -> list[Control]:
        """Return what definitions know and this page has no input for, and what nobody knows."""
        keys = sorted((known | set(map(str, one))) - done)
        return [
            self.control(
                "json",
                f"{place}/{pointers.escaped(key)}",
                name_of_key(key),
                "j",
                shown_json(one.get(key)),
                help=_("As JSON"),
            )
            for key in keys
        ]

    def slots(self) -> Choices:
        said = self.body.get("parties") if isinstance(self.body.get("parties"), list) else []
        return [
            (one["id"], worded(one.get("title"), one["id"]))
            for one in said
            if isinstance(one, dict) and isinstance(one.get("id"), str)
        ]

    def others(self) -> Choices:
        said = self.body.get("parties") if isinstance(self.body.get("parties"), list) else []
        asking = {
            one.get("id")
            for one in said
            if isinstance(one, dict) and one.get("bind") == "initiator" and isinstance(one.get("id"), str)
        }
        return [(key, name) for key, name in self.slots() if key not in asking]

    def steps(self, place: str) -> Choices:
        return [(one["id"], worded(one.get("title"), one["id"])) for one in steps_of(self.body)]


def unit_words(unit: str) -> str:
    return {
        "bh": _("working hours"), "bd": _("working days"), "h": _("hours"), "d": _("days"), "m": _("minutes")
    }[unit]  # fmt: skip
