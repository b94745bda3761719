"""All about one message: what one may do with it, who has read it, what it said before."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from chat.excerpts import address_of
from chat.forms import AskForm
from chat.models import Channel, Forward, Message, Poll, Vote
from chat.operations import pin_message, unpin_message
from chat.operations.channels import name_for
from chat.queries import pins_of, receipts_of, sides_asked
from chat.recalling import recallable_until
from chat.resources import resource_of
from chat.views.finding import the_channel
from kernel.errors import InvalidInput, NotNow, NotVisible
from kernel.rules import may
from ui.offers import message_offers


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
    return shown_sheet(request, the_message(request, channel_id, message_id))


def shown_sheet(
    request: HttpRequest,
    message: Message,
    problem: str = "",
    ask_form: AskForm | None = None,
    status: int = 200,
) -> HttpResponse:
    place: Channel = message.channel
    context: dict[str, Any] = {
        "channel": place,
        "message": message,
        "shown": resource_of(message),
        "versions": list(message.versions.all()),
        "receipts": receipts_of(request.actor, message),
        "recallable_until": recallable_until(message) if may(request.actor, "chat.recall", message) else None,
        "may_pin": may(request.actor, "chat.pin", message),
        **_asked(request, message, ask_form),
        **_polled(request, message),
        "forward": _source(request, message),
        "offers": message_offers.gather(request, message, address_of(message)),
        "problem": problem,
        "address": f"{settings.PUBLIC_URL}{address_of(message)}",
    }
    part = "_sheet" if request.htmx else "sheet"
    return render(request, f"chat/{part}.html", context, status=status)


def _asked(request: HttpRequest, message: Message, form: AskForm | None) -> dict[str, Any]:
    """Return who is to take note of it; where nobody is, with what its author asks for that."""
    may_ask = may(request.actor, "chat.ask", message)
    if not (message.card or {}).get("acknowledgement"):
        return {"ask_form": (form or AskForm(message=message)) if may_ask else None}
    sides = sides_asked(request.actor, message)
    mine = (one for side in sides for one in side.people if one.user_id == request.actor.user_id)
    title = name_for(
        message.channel, request.actor.user_id
    )  # of a direct message, whose people stand for no side
    return {"sides": sides, "mine": next(mine, None), "may_nudge": may_ask, "place": title}


def _source(request: HttpRequest, message: Message) -> Forward | None:
    """Return where it was brought from, if the person reads there."""
    if not (message.card or {}).get("forwarded"):
        return None
    rows = Forward.objects.visible_to(request.actor).filter(message=message)
    return rows.select_related("source__author", "source_channel").first()


def _polled(request: HttpRequest, message: Message) -> dict[str, Any]:
    """Return what one chose and what was chosen by whom, where the message is a poll."""
    shown = (message.card or {}).get("poll")
    poll = Poll.objects.filter(message=message).first() if shown else None
    if poll is None:
        return {}
    mine = Vote.objects.filter(poll=poll, user=request.actor.user_id).values_list("choice", flat=True)
    is_open = poll.closed_at is None and (poll.ends_at is None or poll.ends_at > timezone.now())
    return {
        "poll": poll,
        "chosen": set(mine),
        "by_organization": poll.by_organization(),
        "may_vote": is_open and may(request.actor, "chat.vote", message),
        "may_close": poll.closed_at is None and may(request.actor, "chat.close_poll", message),
    }


def done_with(request: HttpRequest, message: Message, verb: Callable[..., Any], **said: Any) -> HttpResponse:
    """Act on a message and show what is about it now; without a script lead back to its page."""
    problem = ""
    try:
        verb(actor=request.actor, message=message, **said)
    except NotNow as error:
        problem = str(error.sentence)
    except InvalidInput as error:
        problem = str(error.errors[0]["detail"])
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect("message", message.channel_id, message.pk)
    return shown_sheet(request, the_message(request, message.channel_id, message.pk), problem)


@require_POST
def message_pin(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    return done_with(request, the_message(request, channel_id, message_id), pin_message)


@require_POST
def message_pin_removal(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    return done_with(request, the_message(request, channel_id, message_id), unpin_message)


@require_GET
def channel_pins(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """What is pinned, for the pane beside the messages."""
    place = the_channel(request, channel_id)
    return render(request, "chat/_pins.html", {"channel": place, "pins": pins_of(place)})
