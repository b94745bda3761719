"""How a command writes everything down: one statement, and before it one for a new request, however many rows there are.

Each round trip costs more than the rows it carries, so these wait for company. Rows go over as JSON and come out typed
by their tables. What belongs to a request is written once the request is there: row-level security looks it up.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from django.db.models import AutoField, Model

from kernel.prepared import leave

CANCEL = """UPDATE approvals_assignment SET state = 'CANCELLED'
    WHERE run_id = ANY (%s) AND state IN ('PENDING', 'WAITING') AND id <> ALL (%s)"""


class Page:
    """Additions and changes of one command, in any order; foreign keys are checked when it commits."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._values: list[Any] = []
        self._types: list[str] = []

    def add(self, model: type[Model], rows: list[Any]) -> None:
        """Add rows; keys that the database makes are left to it."""
        if rows:
            table = model._meta.db_table
            columns = ", ".join(
                one.column for one in model._meta.concrete_fields if not isinstance(one, AutoField)
            )
            self._say(
                f"INSERT INTO {table} ({columns}) "  # noqa: S608  names of our own tables and columns
                f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)",
                (_json(rows), "jsonb"),
            )

    def change(self, model: type[Model], rows: list[Any], columns: Iterable[str]) -> None:
        if rows:
            table = model._meta.db_table
            moved = ", ".join(f"{one} = new.{one}" for one in columns)
            self._say(
                f"UPDATE {table} AS old SET {moved} "  # noqa: S608  names of our own columns
                f"FROM jsonb_populate_recordset(NULL::{table}, %s) AS new WHERE old.id = new.id",
                (_json(rows), "jsonb"),
            )

    def cancel(self, run_ids: list[UUID], *, but: list[UUID]) -> None:
        """End what is still open in these runs."""
        if run_ids:
            self._say(CANCEL, (run_ids, "uuid[]"), (but, "uuid[]"))

    def _say(self, part: str, *values: tuple[Any, str]) -> None:
        self._parts.append(part)
        self._values += [value for value, _type in values]
        self._types += [kind for _value, kind in values]

    def turn(self) -> None:
        """Leave what is said so far as a statement of its own: what follows finds its rows."""
        self.write()
        self._parts, self._values, self._types = [], [], []

    def write(self) -> None:
        if not self._parts:
            return
        *first, last = self._parts
        named = ", ".join(f"part_{place} AS ({part})" for place, part in enumerate(first))
        leave(f"WITH {named} {last}" if named else last, self._values, tuple(self._types))


def _json(rows: list[Any]) -> str:
    said = [{one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields} for row in rows]
    return orjson.dumps(said, default=str).decode()
