"""Rows that a view of the database gives: it reads past row-level security and draws the line itself.

Where several nouns are read together at every turn, the policies of each would work out the same sets of keys again.
Such a view names the person who acts in its own condition, so each row is found by its index.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import BooleanField, Func, Model

from kernel.acting import database
from kernel.prepared import Rows, execute

Convert = Callable[[Any, Any, Any], Any]


class Among(Func):
    """Whether a key is among those that a function of the database returns, which it asks once."""

    template = "%(expressions)s = ANY ((SELECT priv.%(function)s())::uuid[])"
    output_field = BooleanField()


class Within(Func):
    """Whether a key is that of a row of a view."""

    template = "%(expressions)s IN (SELECT id FROM priv.%(function)s)"
    output_field = BooleanField()


class Part(NamedTuple):
    """One noun of a row: which of the row's values are its fields, and what they are turned with."""

    model: type[Model]
    names: list[str]
    turned: list[tuple[int, list[Convert], Any]]


class Sight:
    """``view`` stands in the schema ``priv``; each noun is a column of it, whole.

    Args:
        where: a condition on its other columns, with ``%s`` for each value.
        types: of these values, as PostgreSQL names them.
        besides: other columns, which follow the nouns of a row as they are.
        nouns: the model of each column that holds one; the first is always there, others may be null.

    Example:
        OWN_SEATS = Sight("own_seats", seat=Membership, organization=Organization)
        for seat, organization in OWN_SEATS.all(): ...
    """

    def __init__(
        self,
        view: str,
        *,
        where: str = "true",
        types: tuple[str, ...] = (),
        besides: tuple[str, ...] = (),
        **nouns: type[Model],
    ) -> None:
        self.view, self.where, self.types, self.besides, self.nouns = view, where, types, besides, nouns

    def all(self, *values: Any) -> list[list[Any]]:
        """Return the nouns of each row, in the order in which they were named."""
        return [self._made(row) for row in execute(self._words, list(values), self.types)]

    def first(self, *values: Any) -> list[Any] | None:
        return next(iter(self.all(*values)), None)

    def about(self, *values: Any) -> "Look":
        """Return the question, filled in and not yet put: see ``kernel.prepared.together``."""
        return Look(self, list(values))

    @cached_property
    def _words(self) -> str:
        # Told apart by their models' fields, so that a column that is added later changes nothing here.
        columns = [
            f'({name})."{field.column}"'
            for name, model in self.nouns.items()
            for field in model._meta.concrete_fields
        ]
        columns += self.besides
        return f"SELECT {', '.join(columns)} FROM priv.{self.view} WHERE {self.where}"  # noqa: S608  words of ours

    @cached_property
    def _parts(self) -> list[Part]:
        return [self._part(model) for model in self.nouns.values()]

    @staticmethod
    def _part(model: type[Model]) -> Part:
        connection = connections[database()]
        turned = []
        for place, field in enumerate(model._meta.concrete_fields):
            column = field.get_col(model._meta.db_table)
            converts = [
                *connection.ops.get_db_converters(column),
                *column.get_db_converters(connection),
            ]
            if converts:
                turned.append((place, converts, column))
        return Part(model, [field.attname for field in model._meta.concrete_fields], turned)

    def _made(self, row: Any) -> list[Any]:
        made, begin, connection = [], 0, connections[database()]
        for model, names, turned in self._parts:
            values = list(row[begin : begin + len(names)])
            begin += len(names)
            for place, converts, column in turned:
                for convert in converts:
                    values[place] = convert(values[place], column, connection)
            is_there = values[names.index("id")] is not None
            made.append(model.from_db(connection.alias, names, values) if is_there else None)
        return [*made, *row[begin:]]


class Look:
    """The question of a sight with its values, to travel with others."""

    def __init__(self, sight: Sight, values: list[Any]) -> None:
        self.sight = sight
        self.rows = Rows(sight._words, values, sight.types)

    def said(self, connection: Any) -> tuple[str, list[Any]]:
        return self.rows.said(connection)

    def read(self, connection: Any, row: Any) -> list[Any]:
        return self.sight._made(row)
