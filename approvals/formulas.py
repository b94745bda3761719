"""What a form computes by itself: known operations over exact decimals and money; nothing is ever executed.

A formula of which a part is missing has no value, and so has one that divides by nothing or adds two currencies.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, DecimalException, localcontext
from typing import Any

MAX_DEPTH = 16
MAX_PARTS = 50  # of one formula
EXACT = 200  # digits; what people write has 36 at most
LIMIT, MONEY_LIMIT = Decimal(10) ** 24, Decimal(10) ** 18
PLACES = 2
MANY, PAIR, ALONE = ("add", "mul", "min", "max"), ("sub", "div"), ("neg", "abs")
OPERATIONS = (*MANY, *PAIR, *ALONE, "round", "sum", "count", "days")
ROW = "row"
CONSTANT = re.compile(r"-?\d{1,24}(\.\d{1,12})?", re.ASCII)


class Missing(Exception):
    """A part of a formula is not there."""


class Unanswerable(Exception):
    """A formula that has no answer here: two currencies, a division by nothing, too large a number."""


@dataclass(frozen=True)
class Quantity:
    """A number, or an amount of money; ``is_constant`` takes any currency."""

    number: Decimal
    currency: str | None = None
    is_constant: bool = False


def parts(formula: Any) -> Iterator[Any]:
    """Yield every operand and operation of a formula, however deep."""
    yield formula
    if isinstance(formula, dict):
        formula = list(formula.values())
    if isinstance(formula, list):
        for one in formula:
            yield from parts(one)


def named(formula: Any) -> Iterator[str]:
    """Yield what a formula refers to: ``amount``, ``lines.price``, ``row.price``."""
    for one in parts(formula):
        if isinstance(one, str) and one.startswith("$"):
            yield one[1:]


def is_constant(said: Any) -> bool:
    """Tell whether it is a number that a definition may write down: a whole one, or a decimal in a text."""
    if isinstance(said, str):
        return bool(CONSTANT.fullmatch(said))
    return isinstance(said, int) and not isinstance(said, bool) and abs(said) < 2**53


# ── Computing ────────────────────────────────────────────────────────────────
class Sheet:
    """A form whose formulas are computed, row by row and then as a whole."""

    def __init__(self, fields: list[dict[str, Any]], values: dict[str, Any]) -> None:
        self.fields, self.values = {field["id"]: field for field in fields}, dict(values)
        self.row: dict[str, Any] = {}
        self.sums: dict[str, Quantity] = {}
        self.beyond: list[str] = []  # pointers to what cannot be told

    def fill(self) -> None:
        for key, field in self.fields.items():
            if field["type"] == "table" and key in self.values:
                self._fill_rows(field)
        for key, field in self.fields.items():
            if field["type"] == "formula":
                self._put(self.values, field, f"/{key}")

    def _fill_rows(self, table: dict[str, Any]) -> None:
        computed = [one for one in table["columns"] if one["type"] == "formula"]
        if not computed:
            return
        self.values[table["id"]] = rows = [dict(row) for row in self.values[table["id"]]]
        for place, row in enumerate(rows):
            self.row = row
            for column in computed:
                self._put(row, column, f"/{table['id']}/{place}/{column['id']}")

    def _put(self, into: dict[str, Any], field: dict[str, Any], pointer: str) -> None:
        into.pop(field["id"], None)
        try:
            into[field["id"]] = _written(self.quantity(field["formula"]), field)
        except Missing:
            pass
        except (Unanswerable, DecimalException):
            self.beyond.append(pointer)

    def quantity(self, said: Any) -> Quantity:
        if isinstance(said, dict):
            ((operation, of),) = said.items()
            return DO[operation](self, of)
        if isinstance(said, str) and said.startswith("$"):
            return self._named(said[1:])
        return Quantity(Decimal(said), is_constant=True)

    def _named(self, name: str) -> Quantity:
        head, _dot, column = name.partition(".")
        return _quantity(self.row.get(column) if head == ROW and column else self.values.get(name))

    def all_of(self, said: list[Any]) -> list[Quantity]:
        return [self.quantity(one) for one in said]

    # ── Operations ───────────────────────────────────────────────────────────
    def add(self, said: list[Any]) -> Quantity:
        found = self.all_of(said)
        return Quantity(sum((one.number for one in found), Decimal()), *_one_currency(found))

    def sub(self, said: list[Any]) -> Quantity:
        first, other = self.all_of(said)
        return Quantity(first.number - other.number, *_one_currency([first, other]))

    def least(self, said: list[Any]) -> Quantity:
        found = self.all_of(said)
        return Quantity(min(one.number for one in found), *_one_currency(found))

    def most(self, said: list[Any]) -> Quantity:
        found = self.all_of(said)
        return Quantity(max(one.number for one in found), *_one_currency(found))

    def mul(self, said: list[Any]) -> Quantity:
        found = self.all_of(said)
        currencies = [one.currency for one in found if one.currency]
        if len(currencies) > 1:
            raise Unanswerable
        product = Decimal(1)
        for one in found:
            product *= one.number
        return Quantity(product, next(iter(currencies), None), all(one.is_constant for one in found))

    def div(self, said: list[Any]) -> Quantity:
        first, other = self.all_of(said)
        if not other.number or (other.currency and other.currency != first.currency):
            raise Unanswerable
        currency = None if other.currency else first.currency
        return Quantity(first.number / other.number, currency, first.is_constant and other.is_constant)

    def neg(self, said: Any) -> Quantity:
        one = self.quantity(said)
        return Quantity(-one.number, one.currency, one.is_constant)

    def size(self, said: Any) -> Quantity:
        one = self.quantity(said)
        return Quantity(abs(one.number), one.currency, one.is_constant)

    def rounded(self, said: list[Any]) -> Quantity:
        one, places = self.quantity(said[0]), said[1]
        return Quantity(_rounded(one.number, places), one.currency, one.is_constant)

    def sum(self, said: str) -> Quantity:
        if said not in self.sums:
            table, _dot, column = said.removeprefix("$").partition(".")
            cells = (row.get(column) for row in self.values.get(table) or ())
            found = [_quantity(one) for one in cells if one is not None]
            total = sum((one.number for one in found), Decimal())
            currency, _constant = _one_currency(found)
            self.sums[said] = Quantity(total, currency, not found)
        return self.sums[said]

    def count(self, said: str) -> Quantity:
        return Quantity(Decimal(len(self.values.get(said.removeprefix("$")) or ())))

    def days(self, said: str) -> Quantity:
        period = self.values.get(said.removeprefix("$"))
        if not period:
            raise Missing
        return Quantity(Decimal(days_of(period)))


DO: dict[str, Callable[[Sheet, Any], Quantity]] = {
    "add": Sheet.add, "sub": Sheet.sub, "mul": Sheet.mul, "div": Sheet.div, "min": Sheet.least, "max": Sheet.most,
    "neg": Sheet.neg, "abs": Sheet.size, "round": Sheet.rounded, "sum": Sheet.sum, "count": Sheet.count,
    "days": Sheet.days,
}  # fmt: skip


def computed(fields: list[dict[str, Any]], values: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the values with what follows from them, and pointers to formulas that have no answer here."""
    if not any(field["type"] in ("formula", "table") for field in fields):
        return values, []
    sheet = Sheet(fields, values)
    with localcontext() as exact:
        exact.prec = EXACT
        sheet.fill()
    return sheet.values, sheet.beyond


def followed(fields: list[dict[str, Any]], form: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """Return the changed values with all that is different because of them; None is a value that is no more."""
    before = {name: value for name, value in (form | changed).items() if value is not None}
    after, _beyond = computed(fields, before)
    moved = {name: after.get(name) for name in before | after if after.get(name) != before.get(name)}
    return changed | moved


def moving(instance: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return those of the values that a request's form does not hold yet, with all that is different because of them."""
    moved = {name: value for name, value in values.items() if value != instance.form.get(name)}
    return followed(instance.version.fields, instance.form, moved) if moved else {}


def days_of(period: dict[str, str]) -> int:
    """Return how many days a period has, the first and the last included."""
    return (date.fromisoformat(period["to"]) - date.fromisoformat(period["from"])).days + 1


def _quantity(said: Any) -> Quantity:
    if said is None or isinstance(said, bool):
        raise Missing
    if isinstance(said, dict):
        return Quantity(Decimal(said["amount"]), said["currency"])
    return Quantity(Decimal(said))


def _one_currency(found: list[Quantity]) -> tuple[str | None, bool]:
    """Return the currency that they share, and whether nothing but constants is among them."""
    said = {one.currency for one in found if not one.is_constant}
    if len(said) > 1:
        raise Unanswerable
    return next(iter(said), None), not said


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _written(found: Quantity, field: dict[str, Any]) -> Any:
    """Write a result as forms hold numbers and money; nothing at all is nothing of the formula's own currency."""
    number = _rounded(found.number, field.get("places", PLACES)) + Decimal(0)  # no minus before nothing
    currency = found.currency or field.get("currency")
    if abs(number) >= (MONEY_LIMIT if currency else LIMIT):
        raise Unanswerable
    said = f"{number:f}"
    return {"amount": said, "currency": currency} if currency else said
