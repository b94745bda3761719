"""What a text points at: addresses of our own things in it, and which of them are marked stricter than where it is said.

The address alone opens nothing to anybody; that there is such a thing is told all the same, and often what it is about.
"""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from access.kinds import KINDS
from chat.leaks import Leak
from chat.models import Attachment, Channel
from kernel.actor import Actor
from workspaces.clearances import Label, highest, is_lower

MOST = 20  # of one kind, of one text
_KEY = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ADDRESS = re.compile(rf"/(channels|workspaces|approvals|attachments)/({_KEY})\b", re.IGNORECASE)


def addressed(text: str) -> set[tuple[str, UUID]]:
    """Return the kinds and keys of what a text points at; most texts point at nothing."""
    return {(kind.lower().removesuffix("s"), UUID(key)) for kind, key in _ADDRESS.findall(text)}


def pointers(actor: Actor, channel: Channel, text: str, before: str = "") -> list[Leak]:
    """Return whether a text points at something confidential that those who read ``channel`` are not cleared for.

    Args:
        before: what stood there already, and tells nothing new.
    """
    found = addressed(text) - addressed(before)
    things = (thing for kind in sorted({kind for kind, _key in found}) for thing in _seen(actor, kind, found))
    return [Leak.POINTER] if any(_tells(thing, channel) for thing in things) else []


def loosened(files: Iterable[Attachment], channel: Channel) -> list[Leak]:
    """Return whether a file was brought while the channel was marked confidential, and it is so no more."""
    if channel.classification == Label.CONFIDENTIAL:
        return []
    return [Leak.FILE] if any(one.label == Label.CONFIDENTIAL for one in files) else []


def _seen(actor: Actor, kind: str, found: Iterable[tuple[str, UUID]]) -> list[Any]:
    """Return those of a kind that the actor sees: what they do not, they know nothing of."""
    keys = [key for one, key in found if one == kind][:MOST]
    rows: Any = (
        Attachment.objects.select_related("channel__workspace")
        if kind == "attachment"
        else KINDS[kind].rows()
    )
    return list(rows.visible_to(actor).filter(pk__in=keys))


def _tells(thing: Any, channel: Channel) -> bool:
    place = thing.channel if isinstance(thing, Attachment) else thing
    room = getattr(place, "workspace", None)
    label = highest(getattr(place, "classification", None), room.classification if room else None)
    if label != Label.CONFIDENTIAL:
        return False
    key = room.pk if room else place.pk
    return key != channel.workspace_id or is_lower(channel.classification, label)
