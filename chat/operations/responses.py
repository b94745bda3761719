"""A sign instead of words, and how far one has read."""

from django.utils import timezone

from chat.events import ReactionChanged
from chat.models import Channel, Message, Reaction, ReadMark
from chat.operations.counting import count_change
from chat.operations.messages import _hat, held
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require


@operation
def react(*, actor: Actor, message: Message, emoji: str) -> Message:
    """Put a sign on a message; a second time changes nothing.

    Emits: ReactionChanged.
    """
    message = held(message)
    require(actor, "chat.react", message)
    message.channel.check_open()
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

    It leaves no event: the record holds what people did, not what they looked at in passing.
    """
    seq = max(0, min(seq, Channel.objects.values_list("last_seq", flat=True).get(pk=channel.pk)))
    mark = ReadMark(channel=channel, user=actor.user, seq=seq)
    ReadMark.objects.bulk_create([mark], ignore_conflicts=True)
    mine = ReadMark.objects.filter(channel=channel, user=actor.user)
    mine.filter(seq__lt=seq).update(seq=seq, at=timezone.now())
    return mine.values_list("seq", flat=True).get()
