"""Which threads somebody follows, and how far they have read them: their own business, so no fact is left behind."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Greatest

from chat.models import Follow, Message
from chat.told import read_in_thread
from kernel.acting import database
from kernel.actor import Actor
from kernel.operations import operation
from kernel.prepared import leave
from realtime import publish

FOLLOW = "SELECT priv.follow_thread(%s, %s, %s)"
FOLLOW_TYPES = ("uuid", "uuid[]", "bigint")


def follow_by_answer(message: Message, named: Iterable[UUID]) -> None:
    """Let those follow a thread who take part in it by this answer; it travels with the next statement."""
    leave(FOLLOW, [message.thread_id, list(named), message.seq], FOLLOW_TYPES)


@operation
def follow_thread(*, actor: Actor, thread: Message, hears: str | None = None) -> Follow:
    """Follow a thread from here on; what was said in it until now counts as read.

    Args:
        hears: what of it one is told of; None for every answer.
    """
    newest = _newest(thread)
    follow, _is_new = Follow.objects.update_or_create(
        user=actor.user,
        thread=thread,
        defaults={"is_on": True, "hears": hears},
        create_defaults={"channel_id": thread.channel_id, "read_seq": newest, "hears": hears},
    )
    _show(actor, thread)
    return follow


@operation
def unfollow_thread(*, actor: Actor, thread: Message) -> Follow:
    """Hear of it no more, until one answers or is named there again."""
    follow, _is_new = Follow.objects.update_or_create(
        user=actor.user,
        thread=thread,
        defaults={"is_on": False},
        create_defaults={"channel_id": thread.channel_id, "read_seq": _newest(thread), "is_on": False},
    )
    _show(actor, thread)
    return follow


@operation
def mark_thread_read(*, actor: Actor, thread: Message, seq: int) -> int:
    """Note how far the actor has read a thread they follow; it never goes back. Returns where it stands."""
    mine = Follow.objects.filter(user=actor.user, thread=thread)
    newest = _newest(thread)
    upto = min(seq, newest)
    if mine.filter(read_seq__lt=upto).update(read_seq=Greatest("read_seq", upto)):
        _show(actor, thread)
    read_in_thread(actor, thread, upto, is_all=upto == newest)
    return mine.values_list("read_seq", flat=True).first() or 0


def _newest(thread: Message) -> int:
    said = Message.objects.filter(thread=thread).order_by("-seq").values_list("seq", flat=True)
    return said.first() or thread.seq


def _show(actor: Actor, thread: Message) -> None:
    said, where = {"thread": str(thread.pk)}, f"me:{actor.user_id}"
    transaction.on_commit(lambda: publish(where, "thread.changed", said), using=database(), robust=True)
