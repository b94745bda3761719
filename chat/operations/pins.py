"""What a channel keeps in sight."""

from django.utils import timezone

from chat.errors import PinsFull
from chat.events import MessagePinned
from chat.models import Message
from chat.operations.counting import count_change
from chat.operations.messages import _hat, held
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require

MOST_PINS = 100


@operation
def pin_message(*, actor: Actor, message: Message) -> Message:
    """Keep a message in sight beside its channel; a second time changes nothing.

    Raises:
        NotAllowed: they may only read here.
        PinsFull: the channel keeps a hundred already.

    Emits: MessagePinned, if it was not pinned.
    """
    message = held(message)
    require(actor, "chat.pin", message)
    message.channel.check_open()
    if message.pinned_at is not None:
        return message
    if Message.objects.filter(channel=message.channel_id).pinned().count() >= MOST_PINS:
        raise PinsFull
    message.pinned_at, message.pinned_by = timezone.now(), actor.user
    _keep(actor, message)
    return message


@operation
def unpin_message(*, actor: Actor, message: Message) -> Message:
    """Let a message go from there; one that is not pinned stays as it is.

    Emits: MessagePinned, if it was pinned.
    """
    message = held(message)
    require(actor, "chat.pin", message)
    message.channel.check_open()
    if message.pinned_at is not None:
        message.pinned_at = message.pinned_by = None
        _keep(actor, message)
    return message


def _keep(actor: Actor, message: Message) -> None:
    message.save(update_fields=["pinned_at", "pinned_by"])
    place = count_change(message.channel, "message.pinned", message.pk)
    is_pinned = message.pinned_at is not None
    emit(MessagePinned.about(message, _hat(actor, message.channel), place, pinned=is_pinned))
