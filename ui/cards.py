"""Cards of our own things where somebody pasted their address: drawn for each viewer, by what that viewer may see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve

LONGEST = 500  # characters of an address


@dataclass(frozen=True, kw_only=True)
class Card:
    """What stands at an address, in a line or two.

    ``more`` is a template for what else it shows, of ``context``. Where it changes by itself, ``hears`` is the topic that tells
    so, beside one's own.
    """

    kind: Any
    title: str
    icon: str
    note: str = ""
    text: str = ""
    more: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    hears: str = ""


@dataclass(frozen=True)
class Where:
    """What an address says beside its path."""

    fragment: str
    query: dict[str, list[str]]


Drawing = Callable[
    ..., Card | None
]  # of the request, where, and the ids of the path; None where one sees nothing
_drawings: dict[str, Drawing] = {}


def card_of(*url_names: str) -> Callable[[Drawing], Drawing]:
    """Register who draws the cards of these addresses."""

    def register(draw: Drawing) -> Drawing:
        _drawings.update(dict.fromkeys(url_names, draw))
        return draw

    return register


class NoCard(LookupError):
    """Nothing at this address is drawn as a card, whoever looks."""


def draw(request: HttpRequest, address: str) -> Card | None:
    """Return the card of an address for whoever asks; None where there is nothing that they may see.

    Raises:
        NoCard: addresses of this kind have none.
    """
    try:
        said = urlsplit(address[:LONGEST])
        found = resolve(said.path)
    except (ValueError, Resolver404):
        raise NoCard from None
    maker = _drawings.get(found.url_name or "")
    if maker is None:
        raise NoCard
    return maker(request, Where(said.fragment, parse_qs(said.query)), **found.kwargs)
