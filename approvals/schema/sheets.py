"""Tables of a form and what it computes: columns, and formulas whose kinds fit together."""

from typing import Any

from approvals.fields import CELLS, FILE, FORMULA, MAX_FILES, MAX_ROWS, REF, TABLE
from approvals.formulas import (
    ALONE,
    MANY,
    MAX_DEPTH,
    MAX_PARTS,
    OPERATIONS,
    PAIR,
    ROW,
    is_constant,
    named,
    parts,
)
from approvals.schema.described import Described
from approvals.schema.inspection import escaped
from ui import things

MAX_COLUMNS = 30
MAX_COMPUTED = 1_000  # parts of all formulas of a definition
COLUMN = {"id", "type", "title", "help", "required", "options", "currency", "formula", "places"}
OWN = {
    "columns": (TABLE,),
    "max": (TABLE, FILE),
    "formula": (FORMULA,),
    "places": (FORMULA,),
    "kinds": (REF,),
}  # keys of one type alone
NUMBER, MONEY, UNKNOWN = "number", "money", "?"
AMOUNTS = {"int": NUMBER, "decimal": NUMBER, "money": MONEY}
Kind = str | None  # None for a constant, which is of the other's kind


class Sheets(Described):
    """``later_formulas`` are looked at when all fields are known, in the order in which they are computed."""

    def __init__(self, body: Any) -> None:
        super().__init__(body)
        self.later_formulas: list[tuple[dict[str, Any], str, str]] = []  # field, pointer, table or nothing
        self.kinds: dict[str, Kind] = {}  # of formulas: ``total``, ``lines.total``

    def sheet(self, field: dict[str, Any], pointer: str, table: str = "") -> None:
        """What a field or column says of tables and formulas."""
        kind = field.get("type")
        for key, of in OWN.items():
            if key in field and kind not in of:
                self.fault(f"{pointer}/{key}", "conflict")
        if kind == FILE and "max" in field:
            self.whole_number(field["max"], f"{pointer}/max", 1, MAX_FILES)
        if kind == REF and "kinds" in field:
            self.kinds_of_things(field["kinds"], f"{pointer}/kinds")
        if kind == TABLE:
            self.columns(field, pointer)
        elif kind == FORMULA:
            if field.get("required"):
                self.fault(f"{pointer}/required", "conflict")
            if (
                "formula" not in field and "fragment" not in self.body
            ):  # what partners compute is theirs to say
                self.fault(f"{pointer}/formula", "required")
            self.later_formulas.append((field, pointer, table))

    def kinds_of_things(self, said: Any, pointer: str) -> None:
        known = [one.key for one in things.kinds()]
        if said == []:
            self.fault(pointer, "required")
        seen: list[Any] = []
        for place, one in self.listed(said, pointer, len(known)):
            if one in seen:
                self.fault(place, "duplicate")
            elif one not in known:
                self.fault(place, "unknown")
            seen.append(one)

    def columns(self, field: dict[str, Any], pointer: str) -> None:
        if "max" in field:
            self.whole_number(field["max"], f"{pointer}/max", 1, MAX_ROWS)
        if not field.get("columns"):
            self.fault(f"{pointer}/columns", "required" if field.get("columns") in (None, []) else "type")
            return
        taken: set[str] = set()
        for place, column in self.listed(field["columns"], f"{pointer}/columns", MAX_COLUMNS):
            if not self.is_object(column, place, COLUMN):
                continue
            key = self.take_id(column, place, taken)
            taken |= {key} if key else set()
            if self.one_of(column.get("type"), f"{place}/type", (*CELLS, FORMULA)):
                self.described(column, place)
                self.sheet(column, place, str(field.get("id")))

    # ── Formulas ─────────────────────────────────────────────────────────────
    def formulas(self) -> None:
        if (
            sum(1 for field, _p, _t in self.later_formulas for _part in parts(field.get("formula")))
            > MAX_COMPUTED
        ):
            self.fault("/form/fields", "limit")
            return
        for field, pointer, table in sorted(self.later_formulas, key=lambda one: not one[2]):
            said, place = field.get("formula"), f"{pointer}/formula"
            if said is None:
                continue
            if sum(1 for _part in parts(said)) > MAX_PARTS:
                self.fault(place, "limit")
                continue
            kind = self.computed(said, place, table)
            self.kinds[f"{table}.{field.get('id')}" if table else str(field.get("id"))] = kind
            self.result(field, kind, pointer)
            self.betrayed(field if not table else self.fields.get(table, {}), said, place)

    def result(self, field: dict[str, Any], kind: Kind, pointer: str) -> None:
        """Money needs the currency that nothing at all is in; a number has none."""
        if "places" in field:
            self.whole_number(field["places"], f"{pointer}/places", 0, 4 if kind == MONEY else 12)
        if kind == MONEY and "currency" not in field:
            self.fault(f"{pointer}/currency", "required")
        elif kind in (NUMBER, None) and "currency" in field:
            self.fault(f"{pointer}/currency", "conflict")

    def betrayed(self, field: dict[str, Any], said: Any, pointer: str) -> None:
        """A party from which a part is hidden does not read the result either."""
        own = field.get("vis", {})
        for name in named(said):
            theirs = self.fields.get(name.partition(".")[0], {}).get("vis", {})
            for party, how in theirs.items() if isinstance(theirs, dict) and isinstance(own, dict) else ():
                if how == "hidden" and own.get(party) != "hidden":
                    self.fault(pointer, "conflict")
                    return

    def computed(self, said: Any, pointer: str, table: str, depth: int = 1) -> Kind:
        if isinstance(said, dict):
            return self.operation(said, pointer, table, depth)
        if isinstance(said, str) and said.startswith("$"):
            return self.amount(said[1:], pointer, table)
        if not is_constant(said):
            self.fault(pointer, "type")
            return UNKNOWN
        return None

    def operation(self, said: dict[str, Any], pointer: str, table: str, depth: int) -> Kind:
        if len(said) != 1:
            self.fault(pointer, "type")
            return UNKNOWN
        ((name, of),) = said.items()
        place = f"{pointer}/{escaped(name)}"
        if name not in OPERATIONS:
            self.fault(place, "not_supported")
        elif depth > MAX_DEPTH:
            self.fault(place, "limit")
        elif name in ("sum", "count", "days"):
            return self.gathered(name, of, place, table)
        elif name in ALONE:
            return self.computed(of, place, table, depth + 1)
        elif name == "round":
            return self.rounding(of, place, table, depth)
        else:
            return self.several(name, of, place, table, depth)
        return UNKNOWN

    def several(self, name: str, of: Any, pointer: str, table: str, depth: int) -> Kind:
        if not isinstance(of, list):
            self.fault(pointer, "type")
            return UNKNOWN
        if len(of) < 2 or (name in PAIR and len(of) != 2):
            self.fault(pointer, "required" if len(of) < 2 else "limit")
            return UNKNOWN
        found = [self.computed(one, f"{pointer}/{place}", table, depth + 1) for place, one in enumerate(of)]
        if UNKNOWN in found:
            return UNKNOWN
        kind = _kind_of(name, found)
        if kind == UNKNOWN:
            self.fault(pointer, "conflict")
        return kind

    def rounding(self, of: Any, pointer: str, table: str, depth: int) -> Kind:
        if not isinstance(of, list) or len(of) != 2:
            self.fault(pointer, "type")
            return UNKNOWN
        self.whole_number(of[1], f"{pointer}/1", 0, 12)
        return self.computed(of[0], f"{pointer}/0", table, depth + 1)

    def amount(self, name: str, pointer: str, table: str) -> Kind:
        """A field or a cell of one's own row that holds a number."""
        head, _dot, column = name.partition(".")
        if table and head == ROW and column:
            found, key = self.columns_of(table).get(column, {}), f"{table}.{column}"
        else:
            found, key = self.fields.get(name, {}), name
        return self._kind(found, key, pointer, is_late=bool(table) and head != ROW)

    def gathered(self, name: str, of: Any, pointer: str, table: str) -> Kind:
        """What is taken from a table, or from a range of days."""
        said = of[1:] if isinstance(of, str) and of.startswith("$") else ""
        head, _dot, column = said.partition(".")
        kind = self.fields.get(head, {}).get("type")
        if name == "sum" and kind == TABLE and column in self.columns_of(head):
            return self._kind(self.columns_of(head)[column], said, pointer, is_late=bool(table))
        if (name, kind) in (("count", TABLE), ("days", "range")) and not column:
            return NUMBER
        self.fault(pointer, "unknown")
        return UNKNOWN

    def _kind(self, field: dict[str, Any], key: str, pointer: str, *, is_late: bool) -> Kind:
        """``is_late``: rows are computed before anything else, so no formula of the form stands in theirs."""
        kind = field.get("type")
        if kind == FORMULA and (is_late or key not in self.kinds):
            self.fault(pointer, "conflict")
        elif kind == FORMULA:
            return self.kinds[key] or NUMBER
        elif kind in AMOUNTS:
            return AMOUNTS[kind]
        else:
            self.fault(pointer, "unknown" if kind is None else "conflict")
        return UNKNOWN


MANY_OF_ONE_KIND = (*(name for name in MANY if name != "mul"), "sub")


def _kind_of(name: str, found: list[Kind]) -> Kind:
    """Return what an operation on such parts results in; ``?`` where it makes no sense."""
    said = {one for one in found if one}
    if name in MANY_OF_ONE_KIND:
        return UNKNOWN if len(said) > 1 else next(iter(said), None)
    if name == "mul":
        return UNKNOWN if found.count(MONEY) > 1 else MONEY if MONEY in found else next(iter(said), None)
    first, other = found
    if other == MONEY:
        return NUMBER if first == MONEY else UNKNOWN
    return first or other
