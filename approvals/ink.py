"""How a command writes everything down: one page, put down by one function of the database, however many rows there are.

Each round trip costs more than the rows it carries, so the page waits for company. Rows go over as JSON and come out typed
by their tables. The function asks once whether all of it is the actor's to write; who knows of the request by it is its to say.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from django.db.models import AutoField, Model

from approvals.models import Assignment, Instance, InstanceEvent, Party, Run, Timer
from kernel.acting import current_actor
from kernel.prepared import leave

PLACES: dict[type[Model], str] = {
    Instance: "requests", Party: "parties", Run: "runs", Assignment: "slots", Timer: "timers", InstanceEvent: "events",
}  # fmt: skip
PUT = "SELECT priv.put_down(%s, NULL)"  # of the platform
WRITE = "SELECT priv.write_down(%s)"


class Page:
    """Additions and changes of one command to one request, in any order; foreign keys are checked when it commits."""

    def __init__(self, request: UUID) -> None:
        self._said: dict[str, Any] = {"request": request}

    def add(self, row: Model) -> None:
        """Add a row; a key that the database makes is left to it."""
        self._said.setdefault(PLACES[type(row)], []).append(_values(row, COLUMNS[type(row)]))

    def change(self, row: Model, columns: Iterable[str]) -> None:
        named = (
            "key" if isinstance(row, Party) else "id"
        )  # the key of a party is not known before it is written
        self._said.setdefault(f"moved_{PLACES[type(row)]}", []).append(_values(row, (named, *columns)))

    def cancel(self, run_ids: list[UUID], *, but: list[UUID]) -> None:
        """End what is still open in these runs."""
        if run_ids:
            self._said |= {"closed": run_ids, "but": but}

    def write(self) -> None:
        words = PUT if current_actor().sees_all else WRITE
        leave(words, [orjson.dumps(self._said, default=str).decode()], ("jsonb",))


COLUMNS = {
    model: tuple(one.attname for one in model._meta.concrete_fields if not isinstance(one, AutoField))
    for model in PLACES
}


def _values(row: Model, columns: Iterable[str]) -> dict[str, Any]:
    kept = row.__dict__
    return {one: kept[one] for one in columns}
