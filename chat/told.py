"""What people were told of is read where it stands: with the channel, or with the thread."""

from typing import Any
from uuid import UUID

from django.db.models import Subquery
from django.urls import reverse

from chat.models import Channel, Follow, Message, ReadMark
from kernel.actor import Actor
from kernel.memory import remembered
from notifications.operations import mark_place_read

KINDS = ("message", "mention")  # of which a page tells all that there is to know


def read_in_channel(actor: Actor, channel: Channel, seq: int, *, is_all: bool) -> None:
    upto = None if is_all else _key_at(Message.objects.filter(channel=channel, thread=None), seq)
    _read(actor, f"{reverse('channel', args=[channel.pk])}#message-", upto, is_all=is_all)


def read_in_thread(actor: Actor, thread: Message, seq: int, *, is_all: bool) -> None:
    upto = None if is_all else _key_at(Message.objects.filter(thread=thread), seq)
    _read(actor, reverse("thread", args=[thread.channel_id, thread.pk]), upto, is_all=is_all)


def read_everywhere(actor: Actor) -> None:
    _read(actor, "", None, is_all=True)


def _read(actor: Actor, place: str, upto: UUID | None, *, is_all: bool) -> None:
    if is_all or upto is not None:
        mark_place_read(actor=actor, place=place, kinds=KINDS, newest=upto)


def _key_at(messages: Any, seq: int) -> UUID | None:
    return messages.filter(seq__lte=seq).order_by("-seq").values_list("pk", flat=True).first()


@remembered
def seen_by(message_id: str, channel_id: str, thread_id: str | None) -> frozenset[UUID]:
    """Return who has read a message already: somebody who looks on is quicker than the word of it."""
    seq = Subquery(Message.objects.filter(pk=message_id).values("seq")[:1])
    if thread_id:
        rows: Any = Follow.objects.filter(thread=thread_id, read_seq__gte=seq)
    else:
        rows = ReadMark.objects.filter(channel=channel_id, seq__gte=seq)
    return frozenset(rows.values_list("user_id", flat=True))
