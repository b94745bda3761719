"""The threads that somebody follows."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chat.models import Follow, Message
from chat.operations import follow_thread, unfollow_thread
from chat.operations.channels import name_for
from chat.places import icon_of
from chat.queries import threads_of
from orgs.views.finding import done, find

MOST = 100


@require_GET
def threads(request: HttpRequest) -> HttpResponse:
    """List them, the unread first."""
    rows = list(threads_of(request.actor, MOST))
    for one in rows:
        one.channel.icon = icon_of(one.channel)
        one.where = name_for(one.channel, request.actor.user_id)
    return render(request, "chat/threads.html", {"rows": rows})


@require_POST
def thread_following(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    """Follow a thread, and say what of it one is told of; or with ``end`` no more."""
    thread = find(request, Message.objects.filter(channel=channel_id, thread=None), message_id)
    if request.POST.get("end"):
        done(request, _("You follow this thread no more."), unfollow_thread, thread=thread)
    else:
        hears = Follow.Hears.NAMED if request.POST.get("hears") == Follow.Hears.NAMED else None
        done(request, _("You follow this thread."), follow_thread, thread=thread, hears=hears)
    return redirect("threads") if request.POST.get("list") else redirect("thread", channel_id, message_id)
