"""The page door to taking a message back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chat.operations import keep_draft, recall_message
from chat.queries import draft_in
from chat.views.sheet import the_message
from kernel.errors import NotNow


@require_POST
def message_recall(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    """Take it back, and leave its words in the composer where nothing else stands there."""
    message = the_message(request, channel_id, message_id)
    place, thread = message.channel, message.thread
    try:
        words = recall_message(actor=request.actor, message=message)
    except NotNow as error:
        messages.error(request, str(error.sentence))
        return redirect("message", channel_id, message_id)
    if not draft_in(place, request.actor, thread.pk if thread else None):
        keep_draft(actor=request.actor, channel=place, body=words, at=timezone.now(), thread=thread)
    messages.success(request, _("The message is recalled."))
    return redirect("thread", channel_id, thread.pk) if thread else redirect("channel", channel_id)
