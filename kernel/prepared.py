"""Questions that are asked at every turn: built once, by the same querysets as ever, then only filled in.

Django composes a query anew each time, and PostgreSQL plans it anew, which for a rule with several parts
takes longer than asking it. So each connection is told the question once and hears only its values later.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from django.db import connections
from django.db.models import BooleanField, Count, Func, Model, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.query import ModelIterable, get_related_populators
from psycopg import sql
from psycopg.pq import Escaping

from kernel.acting import database
from kernel.actor import Actor

Row = TypeVar("Row", bound=Model)
SQL_TYPES = {UUID: "uuid", str: "text", datetime: "timestamptz", list: "uuid[]"}

NOW = "now()"  # stands where the present moment goes

_numbers = count(1)
_told: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()  # which statements a connection knows, by name


def among(keys: Any) -> RawSQL:
    """Return what to compare with ``__in``, where ``keys`` is a stand-in of kind ``list``: any number of UUIDs."""
    return RawSQL("SELECT unnest(%s::uuid[])", [keys])


class FoundOnce(Func):
    """Whether a key is in an array that is made once. With ``IN`` the database may look for each row anew, and
    row-level security makes that dear."""

    template, arg_joiner = "%(expressions)s)", " = ANY ("
    output_field = BooleanField()


def one_of(field: str, keys: Any) -> Q:
    """Return the condition that a row is looked up by one of ``keys``, a stand-in of kind ``list``.

    Unlike ``among`` it lets PostgreSQL begin with them, whatever else is asked of the row.
    """
    return Q(FoundOnce(field, RawSQL("%s::uuid[]", [keys])))


_statements: dict[tuple[str, tuple[str, ...]], str] = {}


def execute(words: str, values: list[Any], types: tuple[str, ...]) -> Any:
    """Run a statement of our own with ``%s`` for each value, which connections come to know as they do questions.

    Returns:
        its rows, an empty list where the statement returns none.
    """
    connection = connections[database()]
    with connection.cursor() as cursor:
        cursor.execute(_filled(connection, _called(connection, words, types), values))
        return [] if cursor.rownumber is None else cursor.fetchall()  # its columns need no description


def leave(
    words: str,
    values: list[Any],
    types: tuple[str, ...],
    then: Callable[[list[Any]], None] | None = None,
) -> None:
    """Run such a statement for its effect: it travels with the next one, or with the commit.

    Args:
        then: hears its rows once they are here, which may be after the commit.
    """
    connection: Any = connections[database()]
    connection.leave(_filled(connection, _called(connection, words, types), values), None, then)


def _filled(connection: Any, words: str, values: list[Any]) -> str:
    """Return a statement with its values written in, as the driver would, who takes three times as long for keys and texts."""
    return words % tuple(_literal(connection, one) for one in values)


def _literal(connection: Any, value: Any) -> str:
    kind = type(value)
    if kind is UUID:
        return f"'{value}'"
    if kind is str and "\0" not in value:
        return Escaping(connection.connection.pgconn).escape_literal(value.encode()).decode()
    if value is None:
        return "NULL"
    if kind is list and value and all(type(one) is UUID for one in value):
        return f"'{{{','.join(map(str, value))}}}'"
    with connection.wrap_database_errors, connection.cursor() as cursor:
        return str(cursor.mogrify("%s", [value]))


def _called(connection: Any, words: str, types: tuple[str, ...]) -> str:
    """Return how the statement is called on this connection, which is told of it where it does not know it."""
    if not connection.settings_dict.get("PREPARES", True):
        return words % tuple(f"%s::{one}" for one in types)
    name = _statements.setdefault((words, types), f"statement_{next(_numbers)}")
    connection.ensure_connection()
    known = _told.setdefault(connection.connection, set())
    if name not in known:
        places = tuple(f"${number}" for number in range(1, len(types) + 1))
        takes = f" ({', '.join(types)})" if types else ""
        connection.connection.execute(f"PREPARE {name}{takes} AS {words % places}")
        known.add(name)
    return f"EXECUTE {name}" + (f"({', '.join(['%s'] * len(types))})" if types else "")


class Unpreparable(ValueError):
    """Said once, the question would not be the same the next time."""


class Asked(Protocol):
    """A question with its values, not yet put."""

    def said(self, connection: Any) -> tuple[str, list[Any]]:
        """Return what this connection is to be asked, and with which values."""

    def read(self, connection: Any, row: Any) -> Any:
        """Return what a row of the answer means."""


def together(*asked: Asked) -> list[list[Any]]:
    """Put several questions in one round trip; each sees what those before it have waited for.

    Example:
        (held,), runs = together(HELD.about(instance=key), OPEN_RUNS.about(instance=key))
    """
    connection = connections[database()]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(_filled(connection, *one.said(connection)) for one in asked))
        found = []
        for place, one in enumerate(asked):
            if place:
                cursor.nextset()
            found.append([one.read(connection, row) for row in cursor.fetchall()])
        return found


@dataclass(frozen=True)
class Rows:
    """A question in words of our own, whose answer is plain rows."""

    words: str
    values: list[Any]
    types: tuple[str, ...]

    def said(self, connection: Any) -> tuple[str, list[Any]]:
        return _called(connection, self.words, self.types), self.values

    def read(self, connection: Any, row: Any) -> Any:
        return row


def attach(rows: Iterable[Model], relation: str, found: Iterable[Model], *, by: str) -> None:
    """Hang what a prepared question found on its rows, as ``prefetch_related`` would: ``row.<relation>.all()``.

    Args:
        by: the field of ``found`` that names its row's key.
    """
    hung: dict[Any, list[Model]] = defaultdict(list)
    for one in found:
        hung[getattr(one, by)].append(one)
    for row in rows:
        related = getattr(row, relation).all()
        related._result_cache = hung[row.pk]
        row.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = related


class Prepared(Generic[Row]):
    """``build`` takes stand-ins by name, each of which must end up in the query, alone or as a list of one, and
    returns a queryset, of rows or (``values_list``) of tuples.

    It runs once a process and database login, so it may not branch on what they are. Only those named in ``spare``
    may be missing from the query. A moment among the query's values is always the present one. Behind a pooler that hands connections out by
    transaction, ``PREPARES: False`` among the database's settings sends the whole question each time.

    Example:
        keys = Prepared(lambda digest: Token.objects.living().filter(digest=digest), digest=str)
        keys.first(digest=found)
    """

    def __init__(
        self, build: Callable[..., QuerySet[Row]], *, spare: Iterable[str] = (), **kinds: type
    ) -> None:
        self.build = build
        self.kinds = kinds
        self.spare = frozenset(spare)
        self._built: dict[str, _Query] = {}

    def about(self, **values: Any) -> "FilledIn":
        """Return the question, filled in and not yet put: see ``together``."""
        return FilledIn(self, values)

    def all(self, **values: Any) -> list[Row]:
        return together(self.about(**values))[0]

    def first(self, **values: Any) -> Row | None:
        """Return the first row; the queryset itself should stop after one."""
        return next(iter(self.all(**values)), None)

    def query(self, alias: str) -> "_Query":
        found = self._built.get(alias)
        if found is None:
            standins = {name: _standin(kind) for name, kind in self.kinds.items()}
            found = self._built[alias] = _Query(self.build(**standins).using(alias), standins, self.spare)
        return found


@dataclass(frozen=True)
class FilledIn:
    """A prepared question with its values."""

    question: Prepared[Any]
    values: dict[str, Any]

    def said(self, connection: Any) -> tuple[str, list[Any]]:
        return self.question.query(connection.alias).said(connection, self.values)

    def read(self, connection: Any, row: Any) -> Any:
        return self.question.query(connection.alias).row(connection, list(row))


def total(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the question how many rows there are, which has always one answer: ``.first(...)[0]``."""
    return rows.order_by().values(all=Value(1)).annotate(total=Count("pk")).values_list("total")


MOST_COUNTED = 1_000  # shown as more than 999


def counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the question for one answer a row, up to ``MOST_COUNTED``: where there are more, nobody counts them at every turn."""
    return rows.order_by().values_list(Value(1))[:MOST_COUNTED]


def person(user: UUID, bound_to: UUID | None = None) -> Actor:
    """Return somebody to build with; the database is asked in the name of whoever acts then."""
    if bound_to is None:
        return Actor.person(SimpleNamespace(pk=user))
    return Actor.person(SimpleNamespace(pk=user), SimpleNamespace(pk=bound_to), bound=True)


def _standin(kind: type) -> Any:
    return uuid4() if kind is UUID else [uuid4(), uuid4()] if kind is list else kind(uuid4())


def _key(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _named(value: Any, names: dict[Any, str]) -> str | None:
    if isinstance(value, (UUID, str, list)):
        return names.get(_key(value))
    return NOW if isinstance(value, datetime) else None


class _Query:
    def __init__(self, queryset: QuerySet[Any], standins: dict[str, Any], spare: frozenset[str]) -> None:
        self.model = queryset.model
        self.name = f"prepared_{next(_numbers)}"
        self.compiler = queryset.query.get_compiler(queryset.db)
        self.sql, self.params = self.compiler.as_sql()
        self._name_places({_key(standin): name for name, standin in standins.items()}, spare)
        self.converters = list(self.compiler.get_converters([one[0] for one in self.compiler.select]).items())
        self.fields: slice | None = None
        if not issubclass(queryset._iterable_class, ModelIterable):  # values_list()
            return
        kind = self.compiler.klass_info
        self.fields = slice(kind["select_fields"][0], kind["select_fields"][-1] + 1)
        populators: Any = get_related_populators  # its arguments differ between the versions that stubs know
        self.related = populators(kind, self.compiler.select, queryset.db)
        self.names_of_fields = [one[0].target.attname for one in self.compiler.select[self.fields]]

    def _name_places(self, names: dict[Any, str], spare: frozenset[str]) -> None:
        """Find which of the query's values are filled in each time: those asked for, and the present moment."""
        self.listed = [isinstance(one, list) and len(one) == 1 and one[0] in names for one in self.params]
        values = [one[0] if alone else one for one, alone in zip(self.params, self.listed, strict=True)]
        self.asked = [_named(one, names) for one in values]
        self.types = {
            name: SQL_TYPES[type(one)] for name, one in zip(self.asked, values, strict=True) if name
        }
        if set(names.values()) - spare - set(self.asked):
            raise Unpreparable("a prepared query has lost one of its values on the way")
        if any(isinstance(one, date) and not isinstance(one, datetime) for one in values):
            raise Unpreparable("a prepared query would go on asking about the day it was built")
        self.filled = list(dict.fromkeys(one for one in self.asked if one is not None))
        self.execute = f"EXECUTE {self.name}" + (
            f"({', '.join(['%s'] * len(self.filled))})" if self.filled else ""
        )

    def said(self, connection: Any, values: dict[str, Any]) -> tuple[str, list[Any]]:
        """Return what this connection is to be asked, and with which values."""
        filled = [datetime.now(UTC) if name is NOW else values[name] for name in self.filled]
        if connection.settings_dict.get("PREPARES", True):
            self._tell(connection.connection)
            return self.execute, filled
        given = dict(zip(self.filled, filled, strict=True))
        return self.sql, [
            one if name is None else [given[name]] if alone else given[name]
            for name, alone, one in zip(self.asked, self.listed, self.params, strict=True)
        ]

    def _tell(self, line: Any) -> None:
        """Have the connection know the statement. It asks nothing yet, so nobody need be named."""
        known = _told.setdefault(line, set())
        if self.name not in known:
            line.execute(self._statement(line))
            known.add(self.name)

    def _statement(self, line: Any) -> str:
        words = []
        for name, alone, one in zip(self.asked, self.listed, self.params, strict=True):
            place = f"${self.filled.index(name) + 1}" if name else sql.Literal(one).as_string(line)
            words.append(f"ARRAY[{place}]" if alone else place)
        takes = f" ({', '.join(self.types[name] for name in self.filled)})" if self.filled else ""
        return f"PREPARE {self.name}{takes} AS {self.sql % tuple(words)}"

    def row(self, connection: Any, row: list[Any]) -> Any:
        alias = connection.alias
        for place, (converters, expression) in self.converters:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        if self.fields is None:
            return tuple(row)
        made = self.model.from_db(alias, self.names_of_fields, row[self.fields])
        for related in self.related:
            related.populate(row, made)
        for name, place in self.compiler.annotation_col_map.items():
            setattr(made, name, row[place])
        return made
