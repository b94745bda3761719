"""How a channel and a message look where their address was pasted."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from chat.excerpts import shortened
from chat.models import Channel, Message
from chat.operations.channels import name_for
from chat.places import icon_of
from chat.terms import text_of
from ui.cards import Card, Where, card_of

MESSAGE = "message-"


@card_of("channel", "thread")
def channel_card(
    request: HttpRequest, where: Where, channel_id: UUID, message_id: UUID | None = None
) -> Card | None:
    """Draw the message that the address points to, else the channel."""
    rows = Channel.objects.visible_to(request.actor).select_related("workspace", "internal_to")
    channel = rows.filter(pk=channel_id).first()
    if channel is None:
        return None
    name = name_for(channel, request.actor.user_id) if channel.is_direct else channel.name
    key = _message(where) or message_id
    if key is None:
        room = channel.workspace.name if channel.workspace else ""
        return Card(kind=_("Channel"), title=name, icon=icon_of(channel), note=room, text=channel.topic)
    message = (
        Message.objects.filter(channel=channel, pk=key, deleted_at=None).select_related("author").first()
    )
    if message is None:
        return None
    text = shortened(text_of(message.html))
    return Card(kind=_("Message"), title=message.author.name, icon="message-square", note=name, text=text)


def _message(where: Where) -> UUID | None:
    try:
        return UUID(where.fragment.removeprefix(MESSAGE)) if where.fragment.startswith(MESSAGE) else None
    except ValueError:
        return None
