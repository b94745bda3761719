"""Conditions of a definition: a short list of known operators over typed values; nothing is ever executed.

Decimals are exact. A comparison with a value that is not there is false, whichever comparison it is.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation, localcontext
from typing import Any

from approvals.formulas import days_of

MAX_DEPTH = 16
MAX_PARTS = 500
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
OPERATORS = (*COMPARISONS, "and", "or", "not", "in", "between", "empty")
SUMS = ("sum", "count")
INITIATOR = {"id": "text", "role": "text", "department": "text", "org": "text"}
OUTCOMES = (
    "approved", "rejected", "done", "skipped", "returned", "cancelled", "active", "suspended", "failed", "superseded"
)  # fmt: skip
# What a field's value is compared as.
KINDS = {
    "int": "number", "decimal": "number", "money": "number", "date": "date", "datetime": "moment", "bool": "flag",
    "table": "table", "range": "range", "formula": "number", "file": "file",
    "ref": "ref", "signature": "signature",
}  # fmt: skip
WHOLE = ("table", "range", "file", "ref", "signature")  # compared by their parts alone, if at all
PARTS = {"range": {"from": "date", "to": "date", "days": "number"}, "ref": {"kind": "text"}}
ORDERED = ("number", "date", "moment")


class Unclear(Exception):
    """A condition that has no answer, such as one that compares two currencies."""


# ── Reading values ───────────────────────────────────────────────────────────
def number(said: Any) -> Decimal:
    """Read a number as definitions and forms write it: a whole one, or a decimal in a text."""
    if isinstance(said, bool) or not isinstance(said, (int, str)):
        raise Unclear("a number is expected")
    try:
        found = Decimal(said)
    except InvalidOperation:
        raise Unclear("a number is expected") from None
    if not found.is_finite() or len(str(said)) > 60:
        raise Unclear("a number is expected")
    return found


def _moment(said: str) -> datetime:
    found = datetime.fromisoformat(said)
    if found.tzinfo is None:
        raise ValueError
    return found


def _flag(said: Any) -> bool:
    if not isinstance(said, bool):
        raise Unclear("true or false is expected")
    return said


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise Unclear("a text is expected")
    return said


def _read(parse: Callable[[str], Any]) -> Callable[[Any], Any]:
    def read(said: Any) -> Any:
        try:
            return parse(_text(said))
        except ValueError:
            raise Unclear("a date is expected") from None

    return read


READ: dict[str, Callable[[Any], Any]] = {
    "number": number,
    "date": _read(date.fromisoformat),
    "moment": _read(_moment),
    "flag": _flag,
    "text": _text,
}


def is_reference(said: Any) -> bool:
    return isinstance(said, str) and said.startswith("$") and not said.startswith("$$")


def literal(said: Any, kind: str) -> Any:
    """Return a constant as a value of that kind; ``$$`` begins a text with a dollar."""
    if isinstance(said, str) and said.startswith("$$"):
        said = said[1:]
    return READ[kind](said)


def references(condition: Any) -> Iterator[str]:
    """Yield what a condition refers to, however deep."""
    if isinstance(condition, dict):
        condition = list(condition.values())
    if isinstance(condition, list):
        for one in condition:
            yield from references(one)
    elif is_reference(condition):
        yield condition[1:]


class Scope:
    """What a condition may look at: the form, who asks, and how steps have ended.

    ``ask`` answers ``initiator.department`` and ``step.mgr.outcome``; it is called only where one is named.
    """

    def __init__(
        self, fields: list[dict[str, Any]], form: dict[str, Any], ask: Callable[[list[str]], str | None]
    ) -> None:
        self.fields = {field["id"]: field for field in fields}
        self.form = form
        self.ask = ask

    def kind(self, operand: Any) -> str | None:
        """Return what an operand is compared as, None for a constant, which takes the other's kind."""
        if isinstance(operand, dict):
            return "number"
        if not is_reference(operand):
            return None
        head, _dot, rest = operand[1:].partition(".")
        if head in ("initiator", "step") and rest:
            return "text"
        field = self.fields.get(head)
        if field is None:
            raise Unclear(f"there is no field {head}")
        if rest in PARTS.get(field["type"], {}):
            return PARTS[field["type"]][rest]
        return KINDS.get(field["type"], "text")

    def value(self, operand: Any, kind: str) -> Any:
        if isinstance(operand, dict):
            return self._counted(operand)
        if operand is None:
            return None
        if not is_reference(operand):
            return literal(operand, kind)
        head, *rest = operand[1:].split(".")
        if rest and head in ("initiator", "step"):
            return self.ask([head, *rest])
        said = self.form.get(head)
        if said is None or said == "":
            return None
        if rest == ["days"]:
            return Decimal(days_of(said))
        if rest:
            return None if said[rest[0]] is None else READ[kind](said[rest[0]])
        return READ[kind](said["amount"] if isinstance(said, dict) else said)

    def currency(self, operand: Any) -> str | None:
        if isinstance(operand, dict) and "sum" in operand:
            said = next((one for one in self._cells(operand["sum"]) if isinstance(one, dict)), None)
            return said["currency"] if said else None
        if not is_reference(operand):
            return None
        said = self.form.get(operand[1:])
        return said.get("currency") if isinstance(said, dict) else None

    def _counted(self, operand: dict[str, Any]) -> Decimal:
        ((what, of),) = operand.items()
        if what == "count":
            return Decimal(len(self.form.get(str(of).removeprefix("$")) or []))
        found = self._cells(of)
        if len({one["currency"] for one in found if isinstance(one, dict)}) > 1:
            raise Unclear("a sum of two currencies")
        amounts = (one["amount"] if isinstance(one, dict) else one for one in found)
        with localcontext() as exact:
            exact.prec = 100
            return sum((number(one) for one in amounts), Decimal())

    def _cells(self, of: str) -> list[Any]:
        table, _dot, column = of.removeprefix("$").partition(".")
        return [row[column] for row in self.form.get(table) or [] if row.get(column) is not None]

    def is_empty(self, operand: Any) -> bool:
        if isinstance(operand, dict):
            return self._counted(operand) == 0
        if not is_reference(operand):
            return operand in (None, "", [])
        head, *rest = operand[1:].split(".")
        if rest and head in ("initiator", "step"):
            return not self.ask([head, *rest])
        return self.form.get(head) in (None, "", [], {})


# ── Answering ────────────────────────────────────────────────────────────────
def holds(condition: Any, scope: Scope) -> bool:
    """Tell whether a published condition is met.

    Raises:
        Unclear: it has no answer here; nobody guesses one.
    """
    if isinstance(condition, bool):
        return condition
    ((operator, said),) = condition.items()
    if operator == "and":
        return all(holds(one, scope) for one in said)
    if operator == "or":
        return any(holds(one, scope) for one in said)
    if operator == "not":
        return not holds(said, scope)
    if operator == "empty":
        return scope.is_empty(said)
    return _compared(operator, said, scope)


def _compared(operator: str, said: list[Any], scope: Scope) -> bool:
    operands = [said[0], *said[1]] if operator == "in" else said
    kind = next((found for one in operands if (found := scope.kind(one))), "text")
    if len({found for one in operands if (found := scope.currency(one))}) > 1:
        raise Unclear("two currencies are not compared")
    first, *others = (scope.value(one, kind) for one in operands)
    if operator == "in":
        return first is not None and first in [one for one in others if one is not None]
    if first is None or None in others:
        return False
    if operator == "between":
        return others[0] <= first <= others[1]
    return COMPARE[operator](first, others[0])


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
}
