"""What a screen has missed: the events of a channel, in order, with each message as it is today."""

from typing import Any
from uuid import UUID

from chat.models import ChannelEvent, Message
from chat.resources import resource_of
from kernel.actor import Actor
from realtime.topics import Frame


def replay(actor: Actor, channel_id: UUID, since: int, limit: int) -> list[Frame]:
    """Return what happened after event ``since``, with each message as it is today."""
    rows = ChannelEvent.objects.filter(channel=channel_id, seq__gt=since).order_by("seq")[:limit]
    events = list(rows)
    keys = {one.message_id for one in events if one.message_id}
    messages = {one.pk: one for one in Message.objects.told().filter(pk__in=keys, channel=channel_id)}
    return [
        Frame(one.type, f"channel:{channel_id}", one.seq, _data(one, messages.get(one.message_id)))
        for one in events
    ]


def _data(event: ChannelEvent, message: Message | None) -> dict[str, Any]:
    return resource_of(message) if message is not None else {"id": str(event.channel_id)}
