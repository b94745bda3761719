"""A table of a form as spreadsheets write it: a line for each row, tabs between the cells; in, and out again."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.amounts import quantity
from approvals.fields import FORMULA
from approvals.models.definitions import worded
from ui import moments

GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
PRICE = re.compile(r"(?:(?P<before>[A-Z]{3}) ?)?(?P<amount>-?[\d.,]+)(?: ?(?P<after>[A-Z]{3}))?", re.ASCII)
NUMBERS = ("int", "decimal", "money", FORMULA)
YES, NO = {"true", "yes", "1", "x", "✓", "是", "有"}, {"false", "no", "0", "-", "否", "无"}
FIRST_CURRENCY = "CNY"


def written(table: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the columns that people fill in."""
    return [one for one in table["columns"] if one["type"] != FORMULA]


def name_of(field: dict[str, Any]) -> str:
    return worded(field.get("title"), field["id"].replace("_", " ").capitalize())


# ── Out ──────────────────────────────────────────────────────────────────────
def text_of(table: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    """Return the rows as ``rows_of`` reads them."""
    out = io.StringIO()
    lines = csv.writer(out, dialect="excel-tab", lineterminator="\n")
    lines.writerows([cell_text(one, row.get(one["id"])) for one in written(table)] for row in rows)
    return out.getvalue()


def cell_text(column: dict[str, Any], value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        is_usual = value["currency"] == column.get("currency", FIRST_CURRENCY)
        return value["amount"] if is_usual else f"{value['amount']} {value['currency']}"
    if column["type"] == "datetime":
        return timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


@dataclass(frozen=True)
class Sheet:
    """A table to be read: its columns by name, and the words of every cell."""

    table: dict[str, Any]
    rows: list[dict[str, Any]]

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """Return the names, and whether numbers stand below."""
        return [(name_of(one), one["type"] in NUMBERS) for one in self.table["columns"]]

    @property
    def lines(self) -> list[list[tuple[str, bool]]]:
        columns = self.table["columns"]
        return [
            [(cell_words(one, row.get(one["id"])), one["type"] in NUMBERS) for one in columns]
            for row in self.rows
        ]

    @property
    def head(self) -> list[str]:
        """Return the names of the columns of a file: amounts and their currencies stand apart."""
        found: list[str] = []
        for one in self.table["columns"]:
            found += [name_of(one), _("Currency")] if _is_money(one) else [name_of(one)]
        return found

    @property
    def cells(self) -> Iterator[list[str]]:
        for row in self.rows:
            line: list[str] = []
            for one in self.table["columns"]:
                value = row.get(one["id"])
                if _is_money(one):
                    line += [value["amount"], value["currency"]] if value else ["", ""]
                else:
                    line.append(
                        cell_words(one, value) if one["type"] in ("select", "bool") else cell_text(one, value)
                    )
            yield line


def _is_money(column: dict[str, Any]) -> bool:
    return column["type"] == "money" or (column["type"] == FORMULA and "currency" in column)


def cell_words(column: dict[str, Any], value: Any) -> str:
    """Return a cell as people read it."""
    if value is not None and column["type"] in NUMBERS:
        return quantity(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if column["type"] == "select":
        option: dict[str, Any] = next((o for o in column["options"] if o["value"] == value), {})
        return worded(option.get("title"), cell_text(column, value))
    if value is not None and column["type"] == "date":
        return moments.written(date.fromisoformat(value), "date")
    if value is not None and column["type"] == "datetime":
        return moments.written(datetime.fromisoformat(value), "full")
    return cell_text(column, value)


# ── In ───────────────────────────────────────────────────────────────────────
def rows_of(table: dict[str, Any], text: str) -> list[dict[str, Any]]:
    """Return the rows as a form holds them; what cannot be read stays as it is, for ``fields.read`` to refuse.

    Raises:
        csv.Error: the text is no table.
    """
    lines = csv.reader(io.StringIO(text, newline=""), dialect="excel-tab", strict=True)
    columns = written(table)
    return [
        _row(columns, [cell.strip() for cell in line]) for line in lines if any(cell.strip() for cell in line)
    ]


def _row(columns: list[dict[str, Any]], line: list[str]) -> dict[str, Any]:
    found = {one["id"]: _cell(one, cell) for one, cell in zip(columns, line, strict=False) if cell}
    beyond = [cell for cell in line[len(columns) :] if cell]
    found = {one["id"]: False for one in columns if one["type"] == "bool"} | found  # a box that is not ticked
    return found | {f"+{place}": cell for place, cell in enumerate(beyond, 1)}  # no column takes it


def _cell(column: dict[str, Any], said: str) -> Any:
    kind = column["type"]
    if kind in ("int", "decimal"):
        plain = _ungrouped(said)
        return int(plain) if kind == "int" and re.fullmatch(r"-?\d{1,20}", plain, re.ASCII) else plain
    if kind == "money":
        return _price(said, column.get("currency", FIRST_CURRENCY))
    if kind == "date":
        return _day(said)
    if kind == "datetime":
        return _moment(said)
    if kind == "bool":
        return True if said.casefold() in YES else False if said.casefold() in NO else said
    return _option(column, said) if kind == "select" else said


def _ungrouped(said: str) -> str:
    return said.replace(",", "") if GROUPED.fullmatch(said) else said


def _price(said: str, usual: str) -> Any:
    found = PRICE.fullmatch(said)
    if found is None:
        return {"amount": said, "currency": usual}
    return {"amount": _ungrouped(found["amount"]), "currency": found["before"] or found["after"] or usual}


def _day(said: str) -> str:
    found = DAY.fullmatch(said)
    return "-".join([found[1], found[2].zfill(2), found[3].zfill(2)]) if found else said


def _moment(said: str) -> str:
    """A moment without its offset is meant where the person is."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return said
    return (found if found.tzinfo else timezone.make_aware(found)).isoformat()


def _option(column: dict[str, Any], said: str) -> str:
    for one in column["options"]:
        if said == one["value"] or said.casefold() in {
            str(word).casefold() for word in one.get("title", {}).values()
        }:
            return one["value"]
    return said
