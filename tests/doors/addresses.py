"""Every address of the house, read off the resolver, with the ids that stand in it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

API, ADMIN = "api/v1/", "admin/"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SLOT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:\[[^\]]*\]|[^()])*\)")


@dataclass(frozen=True)
class Address:
    """One way in: ``route`` as the app wrote it, ``given`` what the app adds to it."""

    route: str
    view: Any = field(compare=False, repr=False)
    given: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def slots(self) -> tuple[str, ...]:
        return tuple(plain or named for plain, named in _SLOT.findall(self.route))

    @property
    def is_api(self) -> bool:
        return self.route.startswith(API)

    @property
    def methods(self) -> list[str] | None:
        """Return the methods an API view says it takes; None for a page, which has to be asked."""
        kind = getattr(self.view, "view_class", None) if self.is_api else None
        return [method for method in METHODS if hasattr(kind, method.lower())] if kind else None

    def at(self, ids: Mapping[str, Any]) -> str:
        """Return the path with ``ids`` in its slots."""
        filled = _SLOT.sub(lambda slot: str(ids[slot[1] or slot[2]]), self.route)
        return "/" + filled.replace("^", "").replace("$", "")


def addresses() -> list[Address]:
    """Return all that the resolver knows, but for the operators' admin."""
    return [one for one in _under(get_resolver(), "") if not one.route.startswith(ADMIN)]


def admin_addresses() -> list[Address]:
    return [one for one in _under(get_resolver(), "") if one.route.startswith(ADMIN)]


def _under(resolver: URLResolver, before: str) -> Iterator[Address]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _under(one, route)
        else:
            assert isinstance(one, URLPattern)
            yield Address(route, one.callback, one.default_args)
