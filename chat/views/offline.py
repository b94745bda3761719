"""What a browser keeps of channels, and the page that shows it without a connection."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_safe

from chat.models import Channel
from chat.offline import MOST_CHANNELS, MOST_MESSAGES, may_stay, staying
from chat.queries import newest_in, timeline
from chat.views.channels import named_in_title
from chat.views.finding import the_channel
from kernel.errors import InvalidInput


@login_not_required  # a frame without anybody's words: they are in the browser of whoever reads it
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "chat/offline.html")


@require_GET
def channel_offline(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Answer with the newest messages, drawn to be read alone; with nothing where none may stay."""
    place = the_channel(request, channel_id)
    if not may_stay(request.actor, place):
        return HttpResponse(status=204)
    posts = newest_in(place, request.actor.user_id)[-MOST_MESSAGES:]
    context = {
        "channel": place,
        "title": named_in_title(request.actor, place),
        "days": timeline(posts, None, request.actor.user_id),
    }
    return render(request, "chat/_offline_copy.html", context)


@require_GET
def offline_channels(request: HttpRequest) -> JsonResponse:
    """Of these channels those that may stay in the browser: what is not named is to be forgotten."""
    try:
        asked = [UUID(one) for one in request.GET.get("channels", "").split(",") if one][:MOST_CHANNELS]
    except ValueError:
        raise InvalidInput.at("channels", "invalid", _("This cannot be read.")) from None
    rows = Channel.objects.select_related("workspace__host").visible_to(request.actor).filter(pk__in=asked)
    return JsonResponse({"channels": [str(one.pk) for one in staying(request.actor, rows)]})
