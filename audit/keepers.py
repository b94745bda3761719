"""Whose record may be read by whom: floors above register their nouns, the record knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Party:
    """An organization that takes part in what a record is about, and countersigns it."""

    org_id: UUID
    name: str


@dataclass(frozen=True)
class Keeper:
    """``find(actor, pk=...)`` or ``find(actor, slug=...)`` returns the noun if the actor may know of it."""

    find: Callable[..., Any]
    rule: str
    parties: Callable[[Any], list[Party]] = lambda noun: []
    key_rule: str = ""
    share_rule: str = ""


KEEPERS: dict[str, Keeper] = {}


def readers_of(
    kind: str,
    find: Callable[..., Any],
    rule: str,
    parties: Callable[[Any], list[Party]],
    key_rule: str = "",
    share_rule: str = "",
) -> None:
    """Say how the noun behind a chain of ``kind`` is found, and which rule opens its record.

    Args:
        kind: ``org`` or ``workspace``.
        find: takes an actor and either ``pk`` or ``slug``; returns the noun, or None where it is not visible.
        rule: asked with the noun; visible but not allowed is a 403 that names it.
        parties: the organizations that take part now.
        key_rule: of an organization, who registers the key it countersigns with.
        share_rule: of an organization, who shares views of records among those who read them for it.
    """
    KEEPERS[kind] = Keeper(find, rule, parties, key_rule, share_rule)
