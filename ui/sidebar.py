"""The sidebar: sections of items, gathered from every app that has a place to go to."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest

from ui.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Item:
    """One place to go to, or with ``post`` one thing to do.

    ``count`` is shown when above 0, red with ``alert``; ``external`` marks what other organizations share;
    ``heard`` names a topic whose ``channel.posted`` says that something new is there. ``current`` left at None means: found by the address. ``live`` is the DOM id, for fragments that replace it.
    """

    label: str
    url: str
    icon: str = ""
    avatar: Any = None
    note: str = ""
    count: int = 0
    alert: bool = False
    external: bool = False
    unread: bool = False
    muted: bool = False
    draft: bool = False  # something is written there and not sent
    current: bool | None = None
    live: str = ""
    heard: str = ""
    post: bool = False
    shortcut: str = ""  # keys that press it, with ``post``
    fields: tuple[tuple[str, str], ...] = ()  # hidden fields of the form, with ``post``


@dataclass(frozen=True, kw_only=True)
class Section:
    """Items under one title. Sections of the same ``key`` from several apps become one."""

    key: str = "main"
    title: str = ""
    url: str = ""
    items: list[Item] = field(default_factory=list)


sidebar: Registry[Section] = Registry()


def sections(request: HttpRequest) -> list[Section]:
    """Return the sections of this page, the main one first, with the current place marked."""
    merged: dict[str, Section] = {"main": Section()}
    for one in sidebar.gather(request):
        known = merged.get(one.key)
        merged[one.key] = (
            one
            if known is None
            else replace(
                known,
                title=known.title or one.title,
                url=known.url or one.url,
                items=[*known.items, *one.items],
            )
        )
    return _marked([one for one in merged.values() if one.items], request.GET.get("at") or request.path)


def _marked(found: list[Section], path: str) -> list[Section]:
    current = _current([item for one in found for item in one.items], path)
    return [
        replace(one, items=[replace(item, current=item is current) for item in one.items]) for one in found
    ]


def _current(items: Iterable[Item], path: str) -> Item | None:
    """Return the item said to be current, else the one whose address is the longest beginning of ``path``."""
    items = list(items)
    said = [item for item in items if item.current]
    if said:
        return said[0]
    leading = [item for item in items if item.current is None and _leads(item.url, path)]
    return max(leading, key=lambda item: len(item.url), default=None)


def _leads(url: str, path: str) -> bool:
    return path == url or (url not in ("", "/") and path.startswith(url if url.endswith("/") else f"{url}/"))
