"""Words that were brought from another channel, as an export may carry them: by the rules of the place they are from.

Who reads the message reads them; whether they leave is for their author's organization and the room they were said in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chat.models import Forward, Message
from chat.terms import text_of
from kernel.acting import acting
from kernel.actor import Actor
from workspaces.clearances import is_lower
from workspaces.models import Workspace, seat_of

PLATFORM = Actor.system("chat.exports")
AT_ONCE = 500
PLACES = (
    "source__author",
    "source__organization",
    "source_channel__workspace__host",
    "message__channel__workspace",
)
LetsOut = Callable[[UUID | None], bool]


@dataclass
class Brought:
    """What of a few messages' forwarded words may leave with somebody of ``own``.

    Args:
        reader: whose export it is; the database is asked in their name.
        rules: returns who of a room's organizations lets its words out with somebody of ``own``.
    """

    reader: Actor
    own: UUID | None
    rules: Callable[[Workspace, UUID | None], LetsOut]
    _known: dict[UUID, LetsOut] = field(default_factory=dict)

    def of(self, messages: Sequence[Message]) -> dict[UUID, dict[str, Any]]:
        """Return by message what is told of the words it brought; None for their text is that they stay."""
        cards = {one.pk: one.card["forwarded"] for one in messages if one.card and "forwarded" in one.card}
        if not cards:
            return {}
        rows, read = self._rows(list(cards))
        told = {one.message_id: self._told(one, cards[one.message_id], one.pk in read) for one in rows}
        gone = {key: _kept_back(card) for key, card in cards.items() if key not in told}
        return told | gone

    def leaving(self, keys: Sequence[UUID]) -> list[UUID]:
        """Return which of the forwards of these messages may leave."""
        rows, read = self._rows(keys)
        return [one.pk for one in rows if self._leaves(one, one.pk in read)]

    def _rows(self, keys: Sequence[UUID]) -> tuple[list[Forward], set[UUID]]:
        """Return the forwards, also those whose source is hidden, and which of them the reader knows the source of."""
        mine = Forward.objects.visible_to(self.reader).filter(message__in=keys)
        read = set(mine.values_list("pk", flat=True))
        with acting(PLATFORM):  # the rules of a place hold for who does not see it too
            return list(Forward.objects.filter(message__in=keys).select_related(*PLACES)), read

    def _told(self, forward: Forward, card: dict[str, Any], is_read: bool) -> dict[str, Any]:
        if not self._leaves(forward, is_read):
            return _kept_back(card)
        said = {"said_at": card["said_at"], "text": text_of(card["html"]), "html": card["html"]}
        files = [
            {name: one.get(name) for name in ("name", "size", "content_type")}
            for one in card.get("files", [])
        ]
        return said | {"files": files, "from": _place(forward) if is_read else None}

    def _leaves(self, forward: Forward, is_read: bool) -> bool:
        source, to = forward.source_channel, forward.message.channel
        if not is_read and is_lower(to.classification, source.classification):
            return False  # it was marked since
        room = source.workspace
        if room is None or forward.source.author_id == self.reader.user_id:
            return True
        if room.pk not in self._known:
            seat = None if self.own else seat_of(self.reader, room.pk)
            with acting(PLATFORM):
                self._known[room.pk] = self.rules(room, seat.organization_id if seat else self.own)
        return self._known[room.pk](forward.source.organization_id)


def _kept_back(card: dict[str, Any]) -> dict[str, Any]:
    return {"said_at": card["said_at"], "text": None, "html": None, "files": [], "from": None}


def _place(forward: Forward) -> dict[str, Any]:
    source = forward.source
    place = forward.source_channel
    return {
        "message": str(source.pk),
        "channel": {"id": str(place.pk), "name": place.name},
        "author": {"id": str(source.author_id), "name": source.author.name},
    }
