"""What apps offer where people talk: commands behind a slash, and what else may become of a message.

Floors above feed both; the composer and the page about a message ask, and know none of them by name.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from ui.cards import Card, NoCard, draw
from ui.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command says to whoever gave it, and to nobody else."""

    text: str
    links: tuple[tuple[str, str], ...] = ()  # words, and the address they lead to
    undo: tuple[str, str] | None = None  # a method and an address of the API


@dataclass(frozen=True, kw_only=True)
class Command:
    """Words behind a slash that lead to ``url``, or where ``body`` is given send it there by ``method`` and show the page anew.

    One that has ``heed`` is given with what is written after it, and answers.
    """

    names: tuple[str, ...]  # the first is shown; the others, in other languages, are understood
    label: str
    url: str = ""
    icon: str = "slash"
    body: dict[str, Any] = field(default_factory=dict)
    method: str = "PUT"
    heed: Callable[[str], Answer] | None = None
    hint: str = ""  # what may be written after it; without one, nothing need be

    @property
    def said(self) -> str:
        return json.dumps(self.body)

    def begins(self, said: str) -> bool:
        return any(name.startswith(said) for name in self.names)

    def is_called(self, said: str) -> bool:
        return said.casefold() in self.names


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What may be made of a message: a page that begins with it."""

    label: str
    url: str
    icon: str = "arrow-right"


# Asked with (request, channel).
commands: Registry[Command] = Registry()
# Asked with (request, message, its address).
message_offers: Registry[Offer] = Registry()


def heeding(request: HttpRequest, place: Any, line: str) -> tuple[Callable[[str], Answer], str] | None:
    """Return what heeds a line that begins with a slash, and the words after its name; None where nothing does."""
    name, _space, words = line.strip().removeprefix("/").replace("\u3000", " ").partition(" ")
    if line.lstrip().startswith("/"):
        for one in commands.gather(request, place):
            if one.heed is not None and one.is_called(name):
                return one.heed, words.strip()
    return None


def told_by(request: HttpRequest, address: str) -> Card | None:
    """Return what stands at the address that an offer's page was opened with, as its reader may see it."""
    if not address.startswith("/"):
        return None
    try:
        return draw(request, address)
    except NoCard:
        return None


def quoted(card: Card, address: str, root: str) -> str:
    """Return a card's words with the way back to them, as they begin a form."""
    return f"{card.title}: {card.text}\n{root}{address}"
