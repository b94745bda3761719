"""A sign instead of words, and how far one has read."""

from django.db import transaction
from django.utils import timezone

from chat.errors import TooManyReactions
from chat.events import ReactionChanged
from chat.models import Channel, Message, Reaction, ReadMark
from chat.operations.counting import count_change
from chat.operations.messages import _hat, held
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from realtime import publish

MOST_SIGNS = 20


@operation
def react(*, actor: Actor, message: Message, emoji: str) -> Message:
    """Put a sign on a message; a second time changes nothing.

    Raises:
        TooManyReactions: the message bears as many different ones as a line can show.

    Emits: ReactionChanged.
    """
    message = held(message)
    require(actor, "chat.react", message)
    message.channel.check_open()
    signs = set(message.reactions.order_by().values_list("emoji", flat=True).distinct())
    if emoji not in signs and len(signs) >= MOST_SIGNS:
        raise TooManyReactions
    _row, is_new = Reaction.objects.get_or_create(
        message=message, user=actor.user, emoji=emoji, defaults={"channel": message.channel}
    )
    if is_new:
        _tell(actor, message, emoji, added=True)
    return message


@operation
def unreact(*, actor: Actor, message: Message, emoji: str) -> Message:
    """Take one's own sign back; without one, change nothing.

    Emits: ReactionChanged.
    """
    message = held(message)
    require(actor, "chat.react", message)
    gone, _rows = Reaction.objects.filter(message=message, user=actor.user, emoji=emoji).delete()
    if gone:
        _tell(actor, message, emoji, added=False)
    return message


def _tell(actor: Actor, message: Message, emoji: str, *, added: bool) -> None:
    place = count_change(message.channel, "reaction.changed", message.pk)
    emit(ReactionChanged.about(message, _hat(actor, message.channel), place, emoji=emoji, added=added))


@operation
def mark_read(*, actor: Actor, channel: Channel, seq: int) -> int:
    """Note how far the actor has read; it never goes back, nor beyond what there is. Returns where it stands.

    It leaves no event: the record holds what people did, not what they looked at in passing. Only the actor's
    own screens hear that it moved.
    """
    last = Channel.objects.values_list("last_seq", flat=True).get(pk=channel.pk)
    seq = max(0, min(seq, last))
    mine = ReadMark.objects.filter(channel=channel, user=actor.user)
    mark, is_new = ReadMark.objects.get_or_create(channel=channel, user=actor.user, defaults={"seq": seq})
    if is_new or (mark.seq < seq and mine.filter(seq__lt=seq).update(seq=seq, at=timezone.now())):
        said = {"channel": str(channel.pk), "seq": seq, "unread": last - seq}
        where = f"me:{actor.user_id}"
        transaction.on_commit(lambda: publish(where, "read.moved", said), using=database(), robust=True)
    return max(mark.seq, seq)
