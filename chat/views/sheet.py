"""All about one message: what one may do with it, who has read it, what it said before."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from chat.models import Channel, Message
from chat.operations import pin_message, unpin_message
from chat.queries import pins_of, receipts_of
from chat.resources import resource_of
from chat.views.finding import the_channel
from kernel.errors import NotNow, NotVisible
from kernel.rules import may


def the_message(request: HttpRequest, channel_id: UUID, message_id: UUID) -> Message:
    """Return a message that is not deleted, of the channel of this page; the person wears the hat of their seat."""
    place = the_channel(request, channel_id)
    message = Message.objects.told().filter(channel=place, pk=message_id, deleted_at=None).first()
    if message is None:
        raise NotVisible
    message.channel = place
    return message


@require_GET
def message(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    return _sheet(request, the_message(request, channel_id, message_id))


def _sheet(request: HttpRequest, message: Message, problem: str = "") -> HttpResponse:
    place: Channel = message.channel
    context: dict[str, Any] = {
        "channel": place,
        "message": message,
        "shown": resource_of(message),
        "versions": list(message.versions.all()),
        "receipts": receipts_of(request.actor, message),
        "may_pin": may(request.actor, "chat.pin", message),
        "problem": problem,
    }
    part = "_sheet" if request.htmx else "sheet"
    return render(request, f"chat/{part}.html", context)


def _done(request: HttpRequest, message: Message, verb: Callable[..., Any], **said: Any) -> HttpResponse:
    """Act on a message and show what is about it now; without a script lead back to its page."""
    problem = ""
    try:
        verb(actor=request.actor, message=message, **said)
    except NotNow as error:
        problem = str(error.sentence)
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect("message", message.channel_id, message.pk)
    return _sheet(request, the_message(request, message.channel_id, message.pk), problem)


@require_POST
def message_pin(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    return _done(request, the_message(request, channel_id, message_id), pin_message)


@require_POST
def message_pin_removal(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    return _done(request, the_message(request, channel_id, message_id), unpin_message)


@require_GET
def channel_pins(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """What is pinned, for the pane beside the messages."""
    place = the_channel(request, channel_id)
    return render(request, "chat/_pins.html", {"channel": place, "pins": pins_of(place)})
