"""The page door to forwarding."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat.forms import ForwardForm
from chat.models import Channel
from chat.operations import forward_message
from chat.views.sheet import the_message
from kernel.limits import limited
from orgs.views.finding import find, tried


@require_http_methods(["GET", "HEAD", "POST"])
def message_forward(request: HttpRequest, channel_id: UUID, message_id: UUID) -> HttpResponse:
    message = the_message(request, channel_id, message_id)
    form = ForwardForm(request.POST or None, actor=request.actor, source=message.channel)
    if request.method == "POST" and form.is_valid():
        to = find(request, Channel.objects.select_related("workspace"), form.cleaned_data["channel"])
        limited("messages", request.actor.user_id)
        said = {"to": to, "body": form.cleaned_data["body"], "confirm": form.cleaned_data["confirm"]}
        if tried(form, forward_message, actor=request.actor, message=message, **said):
            messages.success(request, _("Forwarded."))
            return redirect("channel", to.pk)
    context = {"channel": message.channel, "message": message, "form": form}
    return render(request, "chat/forward.html", context, status=422 if form.errors else 200)
