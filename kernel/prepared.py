"""Questions that are asked at every turn: built once, by the same querysets as ever, then only filled in.

Django composes a query anew each time, which for a rule with several parts takes longer than asking it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from kernel.acting import database

Row = TypeVar("Row", bound=Model)


class Prepared(Generic[Row]):
    """``build`` takes stand-ins by name, each of which must end up in the query, and returns a queryset.

    It runs once a process and database login, so it may not branch on what they are. A moment
    among the query's values is always the present one.

    Example:
        keys = Prepared(lambda digest: Token.objects.living().filter(digest=digest), digest=str)
        keys.first(digest=found)
    """

    def __init__(self, build: Callable[..., QuerySet[Row]], **kinds: type) -> None:
        self.build = build
        self.kinds = kinds
        self._built: dict[str, _Query] = {}

    def all(self, **values: Any) -> list[Row]:
        alias = database()
        query = self._built.get(alias)
        if query is None:
            standins = {name: _standin(kind) for name, kind in self.kinds.items()}
            query = self._built[alias] = _Query(self.build(**standins).using(alias), standins)
        return query.rows(alias, values)

    def first(self, **values: Any) -> Row | None:
        """Return the first row; the queryset itself should stop after one."""
        return next(iter(self.all(**values)), None)


def _standin(kind: type) -> Any:
    return uuid4() if kind is UUID else kind(uuid4())


class _Query:
    def __init__(self, queryset: QuerySet[Any], standins: dict[str, Any]) -> None:
        self.model = queryset.model
        self.compiler = queryset.query.get_compiler(queryset.db)
        self.sql, params = self.compiler.as_sql()
        self.names = {standin: name for name, standin in standins.items()}
        self.params: list[Any] = [
            self.names.get(one, one) if isinstance(one, (UUID, str)) else one for one in params
        ]
        self.filled = [
            place for place, one in enumerate(params) if isinstance(one, (UUID, str)) and one in self.names
        ]
        self.moments = [place for place, one in enumerate(params) if isinstance(one, datetime)]
        if {self.params[place] for place in self.filled} != set(standins):
            raise ValueError("a prepared query has lost one of its values on the way")
        start, end = (
            self.compiler.klass_info["select_fields"][0],
            self.compiler.klass_info["select_fields"][-1] + 1,
        )
        self.fields = slice(start, end)
        populators: Any = get_related_populators  # its arguments differ between the versions that stubs know
        self.related = populators(self.compiler.klass_info, self.compiler.select, queryset.db)
        self.converters = list(self.compiler.get_converters([one[0] for one in self.compiler.select]).items())
        self.names_of_fields = [one[0].target.attname for one in self.compiler.select[self.fields]]

    def rows(self, alias: str, values: dict[str, Any]) -> list[Any]:
        params = list(self.params)
        for place in self.filled:
            params[place] = values[self.params[place]]
        for place in self.moments:
            params[place] = datetime.now(UTC)
        with connections[alias].cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        return [self._row(alias, list(one)) for one in found]

    def _row(self, alias: str, row: list[Any]) -> Any:
        for place, (converters, expression) in self.converters:
            for convert in converters:
                row[place] = convert(row[place], expression, connections[alias])
        made = self.model.from_db(alias, self.names_of_fields, row[self.fields])
        for related in self.related:
            related.populate(row, made)
        for name, place in self.compiler.annotation_col_map.items():
            setattr(made, name, row[place])
        return made
