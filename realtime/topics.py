"""What can be listened to: each app says so for its own nouns."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.actor import Actor

_NAME = re.compile(r"([a-z]{1,20}):([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
ME = "me"


@dataclass(frozen=True)
class Standing:
    """That somebody may listen to a topic, in which hat, and how far it had come when they were let in.

    ``seq`` is the number of its last event, None where events are not numbered. ``acl_version`` rises
    whenever somebody loses or gains access. What was said before ``since`` is not theirs to read. Of a topic that tells of
    several things, ``within`` has those of which they may hear, with the ``acl_version`` of each; None is all of them.
    """

    actor: Actor
    seq: int | None = None
    acl_version: int = 0
    since: datetime | None = None
    within: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Frame:
    """An event as it goes over the wire."""

    type: str
    topic: str
    seq: int | None
    data: dict[str, Any]


Find = Callable[[Actor, UUID], Standing | None]
Replay = Callable[[Actor, UUID, int, int], list[Frame]]
Render = Callable[[str, dict[str, Any]], str]


@dataclass(frozen=True, eq=False)
class Kind:
    name: str
    find: Find
    replay: Replay | None
    render: Render | None
    may_type: bool


KINDS: dict[str, Kind] = {}


def topic(
    kind: str,
    *,
    find: Find,
    replay: Replay | None = None,
    render: Render | None = None,
    may_type: bool = False,
) -> None:
    """Open the topics ``kind:<id>`` to listeners; called when the app that owns the noun is ready.

    Args:
        find: whether the actor may listen; None answers like a noun that does not exist.
        replay: the events after a number, in order, at most so many.
        render: an event's fragment in the active language, the same for every viewer ("" for none).
        may_type: listeners may say that they are writing.
    """
    KINDS[kind] = Kind(kind, find, replay, render, may_type)


@dataclass(frozen=True)
class Topic:
    kind: Kind
    id: UUID

    @property
    def name(self) -> str:
        return f"{self.kind.name}:{self.id}"

    @property
    def group(self) -> str:
        """Return the channel layer's word for it, which takes no colon."""
        return f"{self.kind.name}.{self.id.hex}"

    @property
    def wire(self) -> str:
        """Return what listeners call it: everybody's own is just ``me``."""
        return ME if self.kind.name == ME else self.name


def named(name: str) -> Topic:
    """Return the topic that our own code names.

    Raises:
        LookupError: no app has opened topics of this kind.
    """
    kind, _, noun_id = name.partition(":")
    return Topic(KINDS[kind], UUID(noun_id))


def asked_for(said: str, user_id: UUID) -> Topic | None:
    """Return the topic that a listener names, None if it cannot be one."""
    if said == ME:
        return Topic(KINDS[ME], user_id)
    found = _NAME.fullmatch(said)
    if found is None or found[1] == ME or found[1] not in KINDS:
        return None
    return Topic(KINDS[found[1]], UUID(found[2]))
