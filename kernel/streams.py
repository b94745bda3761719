"""Rows that are too many to be held at once, read while PostgreSQL finds those that follow."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction

from kernel.acting import database


@contextmanager
def streamed(sql: str, values: list[Any], kinds: tuple[str, ...]) -> Iterator[Iterator[tuple[Any, ...]]]:
    """Yield the rows of a question one after the other; nothing else can be asked of the database meanwhile.

    What was begun before goes on, even where the rows are left before the last.

    Args:
        kinds: what each column is, as PostgreSQL names it.

    Example:
        with streamed("SELECT seq, body FROM audit_entry WHERE chain_id = %s", [key], ("int8", "bytea")) as rows:
            for seq, body in rows: ...
    """
    alias = database()
    try:
        with transaction.atomic(using=alias), connections[alias].copying(sql, values) as copy:  # type: ignore[attr-defined]
            copy.set_types(kinds)
            rows = copy.rows()
            yield rows
            if next(rows, None) is not None:
                raise _LeftEarly
    except _LeftEarly:
        pass


class _LeftEarly(Exception):
    """Undoes what has failed with the rows that nobody read."""
