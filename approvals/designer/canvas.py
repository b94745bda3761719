"""A definition as its designer sees it: the form beside the way, each thing with what is wrong there.

A draft may hold anything at all; what is no step or field is shown as such and can be taken away.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.designer.conditions import in_words
from approvals.designer.words import MODES, NODE_ICONS, NODES, RULES, name_of_type
from approvals.models.definitions import worded
from approvals.schema import check
from approvals.schema.nodes import MAX_DEPTH, MAX_NODES
from kernel.errors import InvalidInput, TooLarge

Fault = dict[str, Any]


def faults_of(body: Any) -> list[Fault]:
    """Return everything that keeps a definition from being published."""
    try:
        check(body)
    except InvalidInput as refused:
        return list(refused.errors)
    except TooLarge as refused:
        return [{"pointer": "", "code": "limit", "detail": refused.sentence}]
    except RecursionError:
        return [{"pointer": "", "code": "limit", "detail": _("This is more than is allowed.")}]
    return []


@dataclass
class Lane:
    """One of a split's ways: its condition, its steps, and the place where its next step would go."""

    name: str
    what: str
    place: str  # of the case or branch itself; empty for what happens otherwise
    flow: str
    items: list["Item"] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    removable: bool = False

    @property
    def end(self) -> str:
        return f"{self.flow}/{len(self.items)}"


@dataclass
class Item:
    """A step on the canvas."""

    place: str
    kind: str
    name: str
    what: str
    tags: list[str] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    grows: str = ""  # the list to which a branch can be added
    is_first: bool = False
    is_last: bool = False

    @property
    def called(self) -> Any:
        return NODES.get(self.kind, self.kind)

    @property
    def icon(self) -> str:
        return NODE_ICONS.get(self.kind, "circle")

    @property
    def after(self) -> str:
        above, _slash, n = self.place.rpartition("/")
        return f"{above}/{int(n) + 1}"


@dataclass
class Canvas:
    body: dict[str, Any]
    faults: list[Fault]

    def __post_init__(self) -> None:
        self._left = MAX_NODES
        self._placed: set[int] = set()
        self.items = self._block(self.body.get("flow"), "/flow", 1)

    @property
    def end(self) -> str:
        flow = self.body.get("flow")
        return f"/flow/{len(flow) if isinstance(flow, list) else 0}"

    @property
    def elsewhere(self) -> list[Fault]:
        """Return what is wrong where no step stands that could say it."""
        return [one for n, one in enumerate(self.faults) if n not in self._placed]

    def _block(self, block: Any, pointer: str, depth: int) -> list[Item]:
        said = block if isinstance(block, list) and depth <= MAX_DEPTH else []
        found = []
        for n, node in enumerate(said):
            self._left -= 1
            if self._left < 0:
                break
            found.append(self._item(node, f"{pointer}/{n}", depth))
        if found:
            found[0].is_first, found[-1].is_last = True, True
        return found

    def _item(self, node: Any, place: str, depth: int) -> Item:
        if not isinstance(node, dict):
            return Item(
                place,
                "",
                _("No step"),
                _("This can be read by nobody. Take it away."),
                faults=self._at(place),
            )
        kind = node["type"] if isinstance(node.get("type"), str) else ""
        item = Item(
            place,
            kind,
            worded(node.get("title"), str(node.get("id", ""))),
            what_of(self.body, node),
            tags_of(node),
        )
        for list_name in ("cases", "branches"):
            if isinstance(node.get(list_name), list):
                item.grows = f"{place}/{list_name}"
                item.lanes += self._lanes(node, list_name, place, depth)
        if "default" in node:
            name = _("Otherwise")
            lane = Lane(
                name, "", "", f"{place}/default", self._block(node["default"], f"{place}/default", depth + 1)
            )
            lane.what = "" if lane.items else _("Goes on at once")
            item.lanes.append(lane)
        item.faults = self._at(place)
        return item

    def _lanes(self, node: dict[str, Any], name: str, place: str, depth: int) -> list[Lane]:
        found = []
        for n, one in enumerate(node[name]):
            here = f"{place}/{name}/{n}"
            said = one if isinstance(one, dict) else {}
            title = worded(said.get("title"), _("Branch %(n)d") % {"n": n + 1})
            what = in_words(self.body, said.get("if")) if name == "cases" else ""
            items = self._block(said.get("flow"), f"{here}/flow", depth + 1)
            lane = Lane(title, what, here, f"{here}/flow", items, removable=len(node[name]) > 1)
            lane.faults = self._at(here)
            found.append(lane)
        return found

    def _at(self, place: str) -> list[Fault]:
        """Return what is wrong here and was not said further inside."""
        found = []
        for n, one in enumerate(self.faults):
            if n not in self._placed and (one["pointer"] == place or one["pointer"].startswith(f"{place}/")):
                self._placed.add(n)
                found.append(one)
        return found


@dataclass(frozen=True)
class FieldLine:
    """A field, party or check in the list beside the way."""

    place: str
    name: str
    called: Any
    marks: list[str]
    faults: list[Fault]
    is_first: bool
    is_last: bool


def fields_of(body: dict[str, Any], faults: list[Fault]) -> list[FieldLine]:
    form = body.get("form") if isinstance(body.get("form"), dict) else {}
    return _lines(
        form.get("fields"), "/form/fields", faults, _field_marks, lambda one: name_of_type(one.get("type"))
    )


def parties_of(body: dict[str, Any], faults: list[Fault]) -> list[FieldLine]:
    return _lines(
        body.get("parties"), "/parties", faults, lambda one: [], lambda one: bind_words(body, one.get("bind"))
    )


def checks_of(body: dict[str, Any], faults: list[Fault]) -> list[FieldLine]:
    form = body.get("form") if isinstance(body.get("form"), dict) else {}
    return _lines(
        form.get("checks"),
        "/form/checks",
        faults,
        lambda one: [],
        lambda one: in_words(body, one.get("if")),
        "msg",
    )


def _lines(
    said: Any, pointer: str, faults: list[Fault], marks: Any, called: Any, title: str = "title"
) -> list[FieldLine]:
    rows = said if isinstance(said, list) else []
    found = []
    for n, row in enumerate(rows[:300]):
        place, one = f"{pointer}/{n}", row if isinstance(row, dict) else {}
        wrong = [
            each for each in faults if each["pointer"] == place or each["pointer"].startswith(f"{place}/")
        ]
        name = worded(one.get(title), str(one.get("id", "")) or _("Without a name"))
        found.append(FieldLine(place, name, called(one), marks(one), wrong, n == 0, n == len(rows) - 1))
    return found


def _field_marks(one: dict[str, Any]) -> list[str]:
    marks = []
    if one.get("required") is True:
        marks.append(_("required"))
    if one.get("material") is True:
        marks.append(_("asks anew"))
    if isinstance(one.get("vis"), dict) and "hidden" in one["vis"].values():
        marks.append(_("hidden from a partner"))
    return marks


def bind_words(body: dict[str, Any], bind: Any) -> str:
    if bind == "initiator":
        return _("Who asks")
    if bind == "counterparty":
        return _("Chosen when asking")
    if isinstance(bind, str) and bind.startswith("field:"):
        form = body.get("form") if isinstance(body.get("form"), dict) else {}
        for one in form.get("fields", []) if isinstance(form.get("fields"), list) else []:
            if isinstance(one, dict) and one.get("id") == bind[6:]:
                return _("Taken from the field %(field)s") % {"field": worded(one.get("title"), bind[6:])}
    return ""


def what_of(body: dict[str, Any], node: dict[str, Any]) -> str:
    """Say in one line what a step does."""
    who = node.get("who")
    if isinstance(who, list):
        return ", ".join(
            str(RULES.get(next(iter(one), ""), "?")) for one in who[:3] if isinstance(one, dict)
        ) or _("Nobody yet")
    if node.get("type") == "party":
        return _slot(body, node.get("party")) or _("No partner chosen yet")
    if node.get("type") == "confirm":
        said = node.get("parties") if isinstance(node.get("parties"), list) else []
        return ", ".join(_slot(body, one) or str(one) for one in said) or _("No parties chosen yet")
    if node.get("type") == "set" and isinstance(node.get("fields"), dict):
        return ", ".join(map(str, node["fields"]))
    if node.get("type") == "branch":
        return _("The first that applies")
    if node.get("type") == "inclusive":
        return _("All that apply")
    return ""


def _slot(body: dict[str, Any], key: Any) -> str:
    parties = body.get("parties") if isinstance(body.get("parties"), list) else []
    return next(
        (
            worded(one.get("title"), str(key))
            for one in parties
            if isinstance(one, dict) and one.get("id") == key
        ),
        "",
    )


def tags_of(node: dict[str, Any]) -> list[str]:
    tags = []
    mode = node.get("mode")
    if isinstance(mode, dict) and isinstance(mode.get("kind"), str) and mode["kind"] != "any":
        tags.append(str(MODES.get(mode["kind"], "")))
    sla = node.get("sla")
    if isinstance(sla, dict) and isinstance(sla.get("due"), str):
        tags.append(duration_words(sla["due"]))
    if (
        isinstance(node.get("fields"), dict)
        and "edit" in node["fields"].values()
        and node.get("type") != "set"
    ):
        tags.append(_("may change fields"))
    return [one for one in tags if one]


def duration_words(said: str) -> str:
    digits = said.lstrip("-")
    amount = digits[: len(digits) - len(digits.lstrip("0123456789"))]
    unit = digits[len(amount) :]
    if not amount:
        return said
    n = int(amount[:6])
    return {
        "m": ngettext("%(n)d minute", "%(n)d minutes", n),
        "h": ngettext("%(n)d hour", "%(n)d hours", n),
        "d": ngettext("%(n)d day", "%(n)d days", n),
        "bh": ngettext("%(n)d working hour", "%(n)d working hours", n),
        "bd": ngettext("%(n)d working day", "%(n)d working days", n),
    }.get(unit, said.replace("%", "%%")) % {"n": n}
