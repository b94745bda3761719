"""The record as a table that spreadsheets open."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from audit.models import Entry
from audit.sentences import actor_of, object_of, sentence

# A cell that begins like this is run as a formula, the full-width forms included.
FORMULA = tuple("=+-@\t\r＝＋－＠")


def cell(value: Any) -> str:
    """Return ``value`` as text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def sheet(rows: Iterable[Iterable[Any]]) -> str:
    """Return rows as CSV, with the mark that lets spreadsheets read it as UTF-8, and no formula among them."""
    page = StringIO()
    page.write("\ufeff")
    csv.writer(page).writerows([cell(value) for value in row] for row in rows)
    return page.getvalue()


def csv_of(entries: Iterable[Entry]) -> str:
    return sheet(_rows(entries))


def _rows(entries: Iterable[Entry]) -> Iterator[list[Any]]:
    yield [
        _("Number"),
        _("When (UTC)"),
        _("Who"),
        _("For"),
        _("What happened"),
        _("Action"),
        _("Object"),
        _("Address"),
        _("Request"),
        _("Hash"),
    ]
    for entry in entries:
        yield [
            entry.seq,
            entry.at.astimezone(UTC).isoformat(timespec="milliseconds"),
            actor_of(entry) or entry.via,
            entry.org_name,
            sentence(entry),
            entry.name,
            object_of(entry),
            entry.address,
            entry.request_id,
            bytes(entry.hash).hex(),
        ]
