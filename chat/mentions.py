"""Whom a text names: people of the channel, all people of an organization there, or everybody; and which channels."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from chat.models import Channel, seats_reading
from ui.words import found_in

_EVERYBODY = re.compile(r"(?<![\w@])@(?:channel(?![\w-])|所有人)")
_PLACE = re.compile(r"(?<![\w#&/])#[^\s#]")


@dataclass(frozen=True)
class Named:
    people: dict[UUID, str] = field(default_factory=dict)  # who may be meant by their name
    organizations: dict[UUID, str] = field(default_factory=dict)
    staff: dict[UUID, frozenset[UUID]] = field(default_factory=dict)  # of these organizations
    everybody: frozenset[UUID] = frozenset()  # where the text calls them
    channels: dict[UUID, str] = field(default_factory=dict)

    def meant(self, body: str) -> set[UUID]:
        """Return everybody whom the text names, one by one or together."""
        found = found_in(body, self.people | self.organizations)
        together = {one for key in found for one in self.staff.get(key, ())}
        return {one for one in found if one in self.people} | together | self.everybody

    def together(self, body: str) -> list[str]:
        """Return the words that name several at once."""
        return [f"@{name}" for name in self.organizations.values()] + _EVERYBODY.findall(body)


def calls_everybody(body: str) -> bool:
    return "@" in body and _EVERYBODY.search(body) is not None


def named_in(channel: Channel, mentions: Sequence[UUID], body: str) -> Named:
    """Return who and what may be meant: a mention reaches nobody outside of the channel.

    A post that names nobody asks nothing.
    """
    people: list[tuple[UUID, str, UUID | None, str]] = []
    if mentions or "@" in body:
        people = people_of(channel)
    organizations = {org: name for _, _, org, name in people if org and f"@{name}" in body}
    return Named(
        people={key: name for key, name, *_ in people if key in mentions or f"@{name}" in body},
        organizations=organizations,
        staff={one: frozenset(key for key, _, org, _ in people if org == one) for one in organizations},
        everybody=frozenset(key for key, *_ in people) if calls_everybody(body) else frozenset(),
        channels=_places(channel, body) if channel.workspace_id and _PLACE.search(body) else {},
    )


def people_of(channel: Channel) -> list[tuple[UUID, str, UUID | None, str]]:
    """Return who reads a channel: key and name, and of the organization whose people they are its key and its name; of
    a contact the company, of a program whom it works for, without a key."""
    return _of_direct(channel) if channel.is_direct else _of_room(channel)


def _of_direct(channel: Channel) -> list[tuple[UUID, str, UUID | None, str]]:
    return [(key, name, None, "") for key, name in channel.members.values_list("user_id", "user__name")]


def _of_room(channel: Channel) -> list[tuple[UUID, str, UUID | None, str]]:
    """Return who reads it, each with their organization; an external contact is none of its people, nor is a program."""
    seats = seats_reading(channel).values_list(
        "user_id",
        "user__name",
        "organization_id",
        "organization__name",
        "contact_id",
        "contact__company",
        "user__is_bot",
    )
    return [
        (key, name, None if contact or is_bot else org, company if contact else said)
        for key, name, org, said, contact, company, is_bot in seats
    ]


def _places(channel: Channel, body: str) -> dict[UUID, str]:
    """Return those open to all in the room: a link to another would tell of it."""
    rows = Channel.objects.filter(workspace=channel.workspace_id, kind=Channel.Kind.OPEN, internal_to=None)
    return {key: name for key, name in rows.values_list("pk", "name") if f"#{name}" in body}
