"""What can be set of a field of the form: its kind, its options, its columns, who sees it."""

from typing import Any

from django.utils.translation import gettext as _

from approvals.designer import pointers
from approvals.designer.inputs import Control, Group, Inputs, Panel
from approvals.designer.typed import shown_json
from approvals.designer.words import KEYS, choices_of, name_of_key, name_of_type
from approvals.fields import CELLS, FORMULA, REF, TABLE
from approvals.models.definitions import worded
from approvals.schema.parts import FIELD, FIELD_TYPES
from ui import things

# Keys with an input of their own, and of which kinds of field they are; the others are every field's.
OF_KINDS = {
    "required": lambda kind: kind != FORMULA,
    "lines": lambda kind: kind == "text",
    "many": lambda kind: kind in ("user", "dept"),
    "max": lambda kind: kind in (TABLE, "file"),
    "formula": lambda kind: kind == FORMULA,
    "places": lambda kind: kind == FORMULA,
    "kinds": lambda kind: kind == REF,
    "currency": lambda kind: kind in ("money", FORMULA),
}
EVERY = {"id", "type", "title", "help", "material", "vis", "options", "columns"}


class FormFields(Inputs):
    """Panels of fields."""

    def field(self, place: str, one: dict[str, Any]) -> Panel:
        kind = one.get("type")
        kinds = [(each, name_of_type(each)) for each in FIELD_TYPES]
        first = [
            *self.words(f"{place}/title", one.get("title")),
            self.choice(f"{place}/type", name_of_key("type"), kinds, kind),
            self.flag(f"{place}/material"),
            *self.own(place, kind),
        ]
        groups = [Group("", first)]
        if kind == "select" or "options" in one:
            groups.append(self.options(f"{place}/options", one.get("options")))
        if kind == TABLE or "columns" in one:
            groups.append(self.columns(f"{place}/columns", one.get("columns")))
        groups += self.seen(place)
        others = {key for key in one if key in OF_KINDS and not OF_KINDS[key](kind)}  # left from another kind
        done = EVERY | (OF_KINDS.keys() - others)
        last = [*self.words(f"{place}/help", one.get("help"), KEYS["help"]), self.key(place)]
        rest = self.rest(place, one, FIELD - OF_KINDS.keys(), done)
        groups.append(Group(_("More"), last + rest, is_open=bool(others)))
        name = worded(one.get("title"), str(one.get("id", "")))
        return Panel(name, name_of_type(kind), place, groups, True, True)

    def own(self, place: str, kind: Any) -> list[Control]:
        """Return the inputs that only some kinds of fields or columns have."""
        build = {
            "required": self.flag,
            "lines": self.flag,
            "many": self.flag,
            "max": self.number,
            "formula": self.formula,
            "places": self.number,
            "kinds": self.kinds_of_things,
            "currency": lambda here: self.text(here, help=_("Three letters, such as CNY.")),
        }
        return [build[key](f"{place}/{key}") for key, fits in OF_KINDS.items() if fits(kind) and key in FIELD]

    def kinds_of_things(self, place: str) -> Control:
        said = pointers.at(self.body, place)
        if said is not None and not isinstance(said, list):
            return self.control("json", place, name_of_key("kinds"), "j", shown_json(said))
        known = [(one.key, one.called) for one in things.kinds()]
        help = _("Where nothing is ticked, to anything.")
        return self.control("many", place, name_of_key("kinds"), "m", said or [], known, help)

    def seen(self, place: str) -> list[Group]:
        """Return what each partner sees of it, where there are partners."""
        found = [
            self.choice(
                f"{place}/vis/{key}",
                name,
                choices_of("vis", ("read", "hidden")),
                empty=_("As each step says"),
            )
            for key, name in self.others()
        ]
        return [Group(name_of_key("vis"), found)] if found else []

    def options(self, place: str, said: Any) -> Group:
        found = []
        for n, one in enumerate(said if isinstance(said, list) else []):
            here, each = f"{place}/{n}", one if isinstance(one, dict) else {}
            inner = [self.text(f"{here}/value", _("Value")), *self.words(f"{here}/title", each.get("title"))]
            found.append(Control("row", here, _("Option %(n)d") % {"n": n + 1}, inner=inner))
        return Group(name_of_key("options"), found, [(f"append {place}", _("Add an option"))])

    def columns(self, place: str, said: Any) -> Group:
        found = []
        for n, one in enumerate(said if isinstance(said, list) else []):
            found.append(self.column(f"{place}/{n}", one if isinstance(one, dict) else {}, n))
        return Group(name_of_key("columns"), found, [(f"append {place} text", _("Add a column"))])

    def column(self, place: str, one: dict[str, Any], n: int) -> Control:
        kind = one.get("type")
        kinds = [(each, name_of_type(each)) for each in (*CELLS, FORMULA)]
        own = [each for each in self.own(place, kind) if not each.place.endswith("/lines")]
        inner = [
            *self.words(f"{place}/title", one.get("title")),
            self.choice(f"{place}/type", name_of_key("type"), kinds, kind),
            *own,
            self.key(place),
        ]
        shown = {"id", "type", "title"} | {each.place.rpartition("/")[2] for each in own}
        inner += self.rest(place, one, {"options"} if kind == "select" else set(), shown)
        return Control("row", place, _("Column %(n)d") % {"n": n + 1}, inner=inner)
