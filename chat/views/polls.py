"""The page door to polls."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.tables import sheet
from chat.forms import PollForm
from chat.models import Poll
from chat.operations import close_poll, open_poll, vote
from chat.queries import poll_of
from chat.views.finding import the_channel
from chat.views.sheet import done_with, the_message
from kernel.limits import limited
from kernel.rules import require
from orgs.views.finding import tried


@require_http_methods(["GET", "HEAD", "POST"])
def poll_new(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    place = the_channel(request, channel_id)
    require(request.actor, "chat.post", place)
    form = PollForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limited("messages", request.actor.user_id)
        opened = tried(form, open_poll, actor=request.actor, channel=place, **form.said())
        if opened is not None:
            return redirect("channel", channel_id)
    context = {"channel": place, "form": form}
    return render(request, "chat/poll_new.html", context, status=422 if form.errors else 200)


@require_POST
def message_vote(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    message = the_message(request, channel_id, message_id)
    said = request.POST.getlist("choices")
    choices = [int(one) if one.isascii() and one.isdigit() and len(one) < 3 else -1 for one in said]
    return done_with(request, message, vote, choices=choices)


@require_POST
def message_poll_closing(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    return done_with(request, the_message(request, channel_id, message_id), close_poll)


@require_GET
def message_poll(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    """What was chosen, as a table: by answer and, of a named poll, by organization."""
    poll = poll_of(the_message(request, channel_id, message_id))
    response = HttpResponse(sheet(_rows(poll)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="poll-{timezone.localdate()}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _rows(poll: Poll) -> Iterator[list[Any]]:
    counts, _people = poll.counts()
    sides = poll.by_organization()
    yield [_("Choice"), _("Votes"), *(one["name"] for one in sides)]
    for place, text in enumerate(poll.options):
        yield [text, counts[place], *(one["counts"][place] for one in sides)]
