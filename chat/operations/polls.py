"""A question is put, answered and closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.errors import NoPoll
from chat.errors import PollClosed as ClosedAlready
from chat.events import Place, PollAnswered, PollClosed, PollOpened
from chat.models import Channel, Message, Poll, Vote
from chat.operations.counting import count_change
from chat.operations.messages import _hat, held, post_message
from chat.resources import resource_of
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from realtime import publish

FEWEST, MOST = 2, 10


@operation
def open_poll(
    *,
    actor: Actor,
    channel: Channel,
    question: str,
    options: Sequence[str],
    multiple: bool = False,
    anonymous: bool = False,
    ends_at: datetime | None = None,
    **said: Any,
) -> Message:
    """Put a question to those who read a channel, in a message of its own; ``said`` is what ``post_message`` takes besides.

    Args:
        options: two to ten different ones.
        anonymous: nobody is shown who chose what, nor by organization.

    Emits: MessagePosted and PollOpened.
    """
    given = [one for one in (" ".join(one.split()) for one in options) if one]
    if not FEWEST <= len(given) <= MOST or len(set(given)) < len(given):
        raise InvalidInput.at("/options", "out_of_range", _("Two to ten different answers."))
    if ends_at is not None and ends_at <= timezone.now():
        raise InvalidInput.at("/ends_at", "past", _("This moment has passed."))
    message = post_message(actor=actor, channel=channel, body=question, **said)
    if getattr(message, "is_repeated", False):
        return message
    poll = Poll(
        message=message,
        channel=channel,
        asked_by=actor.user,
        options=given,
        multiple=multiple,
        anonymous=anonymous,
        ends_at=ends_at,
    )
    poll.save(force_insert=True)
    _redraw(message, poll)
    place = count_change(channel, "message.changed", message.pk)
    emit(PollOpened.about(message, _hat(actor, channel), place, anonymous=anonymous))
    return message


def _redraw(message: Message, poll: Poll) -> None:
    """Write on the message what it shows everybody of the poll, so that no page of messages need ask."""
    counts, people = poll.counts()
    people_of: dict[int, list[str]] = {place: [] for place in range(len(poll.options))}
    for choice, user_id in () if poll.anonymous else poll.votes.values_list("choice", "user_id"):
        people_of[choice].append(str(user_id))
    card = {
        "options": [
            {"text": text, "count": n, "people": people_of[place]}
            for place, (text, n) in enumerate(zip(poll.options, counts, strict=True))
        ],
        "people": people,
        "multiple": poll.multiple,
        "anonymous": poll.anonymous,
        "ends_at": _said(poll.ends_at),
        "closed_at": _said(poll.closed_at),
    }
    message.card = {**(message.card or {}), "poll": card}
    Message.objects.filter(pk=message.pk).update(card=message.card)


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _open_poll_of(message: Message) -> Poll:
    poll = Poll.objects.filter(message=message).first()
    if poll is None:
        raise NoPoll
    poll.check_open()
    return poll


@operation
def vote(*, actor: Actor, message: Message, choices: Sequence[int]) -> Message:
    """Choose; what was chosen before no longer counts, and nothing chosen takes it back.

    Raises:
        NotAllowed: they may only read here.
        PollClosed: it was closed, or its time is over.
        InvalidInput: there is no such answer, or more than one where one is asked for.

    Emits: PollAnswered, never with what was chosen; of an anonymous poll nothing.
    """
    message = held(message)
    require(actor, "chat.vote", message)
    poll = _open_poll_of(message)
    chosen = set(choices)
    if chosen - set(range(len(poll.options))) or (len(chosen) > 1 and not poll.multiple):
        raise InvalidInput.at("/choices", "unknown", _("Choose among the answers that are there."))
    mine = Vote.objects.filter(poll=poll, user=actor.user)
    if set(mine.values_list("choice", flat=True)) == chosen:
        return message
    hat = _hat(actor, message.channel)
    mine.delete()
    Vote.objects.bulk_create(
        [
            Vote(poll=poll, channel=message.channel, user=actor.user, organization=hat.org, choice=one)
            for one in sorted(chosen)
        ]
    )
    _redraw(message, poll)
    place = count_change(message.channel, "message.changed", message.pk)
    if poll.anonymous:
        _show(message, place)
    else:
        emit(PollAnswered.about(message, hat, place))
    return message


def _show(message: Message, place: Place) -> None:
    """Let screens count anew and leave nothing else: beside the counts, a record of who answered when would tell what."""

    def show() -> None:
        data = resource_of(Message.objects.told().get(pk=message.pk))
        topic = f"channel:{message.channel_id}"
        publish(topic, "message.changed", data, seq=place.event_seq, acl_version=place.acl_version)

    transaction.on_commit(show, using=database(), robust=True)


@operation
def close_poll(*, actor: Actor, message: Message) -> Message:
    """End a poll: its maker at any time, the clock when its time is over.

    Raises:
        PollClosed: it is closed already.

    Emits: PollClosed.
    """
    message = held(message)
    require(actor, "chat.close_poll", message)
    poll = Poll.objects.filter(message=message).first()
    if poll is None:
        raise NoPoll
    if poll.closed_at is not None:
        raise ClosedAlready
    poll.closed_at = timezone.now()
    poll.save(update_fields=["closed_at"])
    _redraw(message, poll)
    place = count_change(message.channel, "message.changed", message.pk)
    hat = _hat(actor, message.channel) if actor.is_person else actor
    emit(PollClosed.about(message, hat, place, thread_id=message.thread_id))
    return message
