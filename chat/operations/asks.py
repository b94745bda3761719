"""A message is to be taken note of: asked, given, asked for again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.errors import AskedAlready, NotAsked
from chat.events import Acknowledged, AcknowledgementAsked, AcknowledgementOverdue, SilentNudged
from chat.models import Acknowledgement, Ask, Channel, ChannelMember, Message, seats_reading
from chat.operations.counting import count_change
from chat.operations.messages import _hat, held, post_message
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require

MOST_ASKED = 500


@operation
def post_to_acknowledge(
    *,
    actor: Actor,
    channel: Channel,
    people: Sequence[UUID] = (),
    due_at: datetime | None = None,
    **said: Any,
) -> Message:
    """Say something that is to be taken note of, both or neither; ``said`` is what ``post_message`` takes.

    Emits: MessagePosted and AcknowledgementAsked.
    """
    message = post_message(actor=actor, channel=channel, **said)
    if not getattr(message, "is_repeated", False):
        message.card = ask_to_acknowledge(actor=actor, message=message, people=people, due_at=due_at).card
    return message


@operation
def ask_to_acknowledge(
    *, actor: Actor, message: Message, people: Sequence[UUID] = (), due_at: datetime | None = None
) -> Message:
    """Ask those who read the channel today, or some of them, to say that they have taken note of one's message.

    Args:
        people: readers of the channel; empty: all of them but the author. Who comes later is not asked.

    Raises:
        NotAllowed: it is somebody else's message.
        AskedAlready: it asks already.
        InvalidInput: somebody does not read the channel, nobody is left, or there are more than 500.

    Emits: AcknowledgementAsked.
    """
    message = held(message)
    require(actor, "chat.ask", message)
    message.channel.check_open()
    if Ask.objects.filter(message=message).exists():
        raise AskedAlready
    if due_at is not None and due_at <= timezone.now():
        raise InvalidInput.at("/due_at", "past", _("This day has passed."))
    sides = _sides(message.channel)
    sides.pop(message.author_id, None)
    asked = set(people) or set(sides)
    if not asked or asked - sides.keys():
        raise InvalidInput.at("/people", "unknown", _("Only who reads the channel can be asked."))
    if len(asked) > MOST_ASKED:
        raise InvalidInput.at("/people", "too_many", _("At most 500 people can be asked."))
    hat = _hat(actor, message.channel)
    ask = Ask(
        message=message, channel=message.channel, asked_by=actor.user, organization=hat.org, due_at=due_at
    )
    ask.save(force_insert=True)
    Acknowledgement.objects.bulk_create(
        [
            Acknowledgement(ask=ask, channel=message.channel, user_id=one, organization_id=sides[one])
            for one in sorted(asked)
        ]
    )
    _redraw(message, ask)
    place = count_change(message.channel, "message.changed", message.pk)
    facts = {"thread_id": message.thread_id, "people": len(asked)}
    emit(AcknowledgementAsked.about(message, hat, place, **facts))
    return message


def _sides(channel: Channel) -> dict[UUID, UUID | None]:
    """Return who reads a channel, each with the organization of their seat."""
    if channel.is_direct:
        return dict.fromkeys(ChannelMember.objects.filter(channel=channel).values_list("user_id", flat=True))
    people = seats_reading(channel).filter(user__is_bot=False)
    return dict(people.values_list("user_id", "organization_id"))


def _redraw(message: Message, ask: Ask) -> None:
    """Write on the message what it shows everybody of this, so that no page of messages need ask."""
    rows = Acknowledgement.objects.filter(ask=ask)
    waiting = [str(one) for one in rows.waiting().values_list("user_id", flat=True)]
    people = rows.count()
    card = {
        "due_at": ask.due_at.isoformat().replace("+00:00", "Z") if ask.due_at else None,
        "people": people,
        "given": people - len(waiting),
        "waiting": waiting,
        "overdue": ask.overdue_at is not None and bool(waiting),
    }
    message.card = {**(message.card or {}), "acknowledgement": card}
    Message.objects.filter(pk=message.pk).update(card=message.card)


@operation
def acknowledge(*, actor: Actor, message: Message) -> Message:
    """Say that one has taken note; a second time changes nothing.

    Raises:
        NotAsked: the message asks nothing of them.

    Emits: Acknowledged, the first time.
    """
    message = held(message)
    require(actor, "chat.acknowledge", message)
    row = Acknowledgement.objects.select_related("ask").filter(ask__message=message, user=actor.user).first()
    if row is None:
        raise NotAsked
    if row.given_at is not None:
        return message
    row.given_at = timezone.now()
    row.save(update_fields=["given_at"])
    _redraw(message, row.ask)
    place = count_change(message.channel, "message.changed", message.pk)
    emit(Acknowledged.about(message, _hat(actor, message.channel), place))
    return message


@operation
def nudge_silent(*, actor: Actor, message: Message) -> Message:
    """Ask those again who have not taken note yet.

    Raises:
        NotAsked: the message asks nothing, or nobody is left.
        NudgedJustNow: that was done within the hour.

    Emits: SilentNudged.
    """
    message = held(message)
    require(actor, "chat.ask", message)
    ask = Ask.objects.filter(message=message).first()
    if ask is None or not ask.people.waiting().exists():
        raise NotAsked
    ask.nudge()
    ask.save(update_fields=["nudged_at"])
    place = count_change(message.channel, "message.changed", message.pk)
    hat = _hat(actor, message.channel)
    emit(SilentNudged.about(message, hat, place, thread_id=message.thread_id))
    return message


@operation
def note_overdue(*, actor: Actor, message: Message) -> Message:
    """Note once that the day of an ask has passed while people who read along are silent; a second time changes nothing.

    Emits: AcknowledgementOverdue, if somebody is silent: how many, and never who.
    """
    message = held(message)
    require(actor, "chat.note_overdue", message)
    ask = Ask.objects.passed().filter(message=message).first()
    if ask is None:
        return message
    ask.overdue_at = timezone.now()
    ask.save(update_fields=["overdue_at"])
    waiting = set(ask.people.waiting().values_list("user_id", flat=True)) & _sides(message.channel).keys()
    if waiting:
        _redraw(message, ask)
        place = count_change(message.channel, "message.changed", message.pk)
        facts = {"thread_id": message.thread_id, "silent": len(waiting), "people": ask.people.count()}
        emit(AcknowledgementOverdue.about(message, actor, place, **facts))
    return message
