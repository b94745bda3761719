"""A sign instead of words, and how far one has read."""

from django.db import transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from chat.errors import TooManyReactions
from chat.events import ReactionChanged
from chat.models import Channel, Follow, Message, Reaction, ReadMark
from chat.operations.counting import count_change
from chat.operations.messages import _hat, held
from chat.told import read_everywhere, read_in_channel
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.prepared import execute
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
        _publish(actor, "read.moved", said)
        read_in_channel(actor, channel, seq, is_all=seq == last)
    return max(mark.seq, seq)


@operation
def mark_unread(*, actor: Actor, channel: Channel, seq: int) -> int:
    """Note that what begins with post ``seq`` is unread again; what was unread already stays so. Returns where it stands.

    Like reading, it leaves no event; the actor's own screens hear that it moved back.
    """
    last = Channel.objects.values_list("last_seq", flat=True).get(pk=channel.pk)
    before = max(0, min(seq - 1, last))
    mine = ReadMark.objects.filter(channel=channel, user=actor.user)
    if mine.filter(seq__gt=before).update(seq=before, at=timezone.now()):
        said = {"channel": str(channel.pk), "seq": before, "unread": last - before}
        _publish(actor, "read.back", said)
    return mine.values_list("seq", flat=True).first() or 0


@operation
def mark_all_read(*, actor: Actor) -> int:
    """Note that the actor has read all that was posted until now, wherever they read, in threads they follow
    as well; return in how many channels."""
    mark = ReadMark.objects.filter(channel=OuterRef("pk"), user=actor.user_id).values("seq")[:1]
    rows = Channel.objects.visible_to(actor).annotate(read=Coalesce(Subquery(mark), 0))
    behind = dict(rows.filter(last_seq__gt=F("read")).values_list("pk", "last_seq"))
    if behind:
        execute(READ_TO, [actor.user_id, list(behind), list(behind.values())], READ_TO_TYPES)
    if _read_threads(actor) or behind:
        _publish(actor, "read.all", {})
        read_everywhere(actor)
    return len(behind)


def _read_threads(actor: Actor) -> int:
    newest = Channel.objects.filter(pk=OuterRef("channel_id")).values("last_seq")[:1]
    followed = Follow.objects.filter(user=actor.user_id).unread()
    return followed.update(read_seq=Greatest(F("read_seq"), Coalesce(Subquery(newest), 0)))


# What another tab has read meanwhile stays read.
READ_TO = """
INSERT INTO chat_readmark (user_id, channel_id, seq, at)
SELECT said.who, one.channel_id, one.seq, now()
  FROM (SELECT %s AS who, %s AS places, %s AS seqs) said, unnest(said.places, said.seqs) AS one (channel_id, seq)
ON CONFLICT (channel_id, user_id) DO UPDATE SET seq = greatest(chat_readmark.seq, excluded.seq), at = excluded.at
"""
READ_TO_TYPES = ("uuid", "uuid[]", "bigint[]")


def _publish(actor: Actor, kind: str, said: dict[str, object]) -> None:
    where = f"me:{actor.user_id}"
    transaction.on_commit(lambda: publish(where, kind, said), using=database(), robust=True)
