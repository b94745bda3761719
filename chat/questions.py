"""What somebody looks for: words, and what narrows them, as typed into one box or said field by field."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from chat.terms import sought
from kernel.errors import InvalidInput

LONGEST = 200
MOST = 20  # of one kind of filter, and of words
FILTERS = {
    "from": "people", "来自": "people",
    "in": "channels", "频道": "channels",
    "org": "organizations", "组织": "organizations",
    "has": "has", "含": "has",
    "after": "after", "晚于": "after",
    "before": "before", "早于": "before",
}  # fmt: skip
HAS = {"link": "link", "链接": "link", "file": "file", "文件": "file"}
_PIECE = re.compile(
    rf"(?:(?<=\s)|^)({'|'.join(FILTERS)})\s*[:：]\s*(?:\"([^\"]*)\"|“([^”]*)”|(\S+))", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """``after`` counts from the beginning of its day, ``before`` ends with the day before."""

    text: str = ""
    people: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None
    words: tuple[str, ...] = field(default=())

    @classmethod
    def read(cls, typed: str, **fields: str) -> Self:
        """Understand what was typed, and fields of the same names as the filters; empty ones say nothing.

        Raises:
            InvalidInput: nothing to look for, or a filter that says nothing.
        """
        if len(typed) > LONGEST:
            raise InvalidInput.at("q", "out_of_range", _("At most 200 characters."))
        said: dict[str, Any] = {
            "people": [],
            "channels": [],
            "organizations": [],
            "has": [],
            "after": [],
            "before": [],
        }
        for name, value in [*_typed(typed), *fields.items()]:
            if value.strip():
                said[FILTERS[name]].append(value.strip())
        text = _PIECE.sub(" ", typed).strip()
        words = tuple(sought(text)[:MOST])
        if not words and not any(said.values()):
            raise InvalidInput.at("q", "out_of_range", _("Say what to look for."))
        days = {name: _day(name, said.pop(name)) for name in ("after", "before")}
        has = tuple(_kind(one) for one in said.pop("has"))
        lists = {name: tuple(values[:MOST]) for name, values in said.items()}
        return cls(text=text, words=words, has=has, **lists, **days)


def _typed(typed: str) -> Iterator[tuple[str, str]]:
    for name, quoted, curly, bare in _PIECE.findall(typed):
        yield name.lower(), quoted or curly or bare


def _day(name: str, said: list[str]) -> date | None:
    if not said:
        return None
    try:
        day = parse_date(said[-1])
    except ValueError:
        day = None
    if day is None or not 1970 <= day.year <= 9998:
        raise InvalidInput.at(name, "invalid", _("A day is written like 2026-11-27."))
    return day


def _kind(said: str) -> str:
    try:
        return HAS[said.casefold()]
    except KeyError:
        raise InvalidInput.at(
            "has", "unknown", _("Messages can be searched for: has:link, has:file.")
        ) from None
