"""What is written now and sent later, by form."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chat.forms import ScheduledForm
from chat.models import Message, Scheduled
from chat.operations import change_scheduled, drop_scheduled, schedule_message, send_scheduled
from chat.operations.messages import LONGEST
from chat.views.finding import the_channel
from chat.views.later import answered
from kernel.errors import InvalidInput, NotVisible
from kernel.gate import check_text
from kernel.limits import limited
from kernel.rules import require
from orgs.views.finding import done, find, tried

LIST = "?tab=scheduled"


@require_POST
def channel_scheduled(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Keep what is in the composer until its moment."""
    place = the_channel(request, channel_id)
    require(request.actor, "chat.answer", place)  # what is no answer in a thread, the verb asks further
    body, reply_to = request.POST.get("body", "").strip(), None
    check_text(body, "/body")
    if request.POST.get("reply_to"):
        try:
            reply_to = find(request, Message.objects.filter(channel=place), UUID(request.POST["reply_to"]))
        except ValueError:
            raise NotVisible from None
    try:
        files = [UUID(one) for one in request.POST.getlist("attachments")]
    except ValueError:
        raise NotVisible from None
    limited("messages", request.actor.user_id)

    def schedule(at):
        if at is None:
            raise InvalidInput.at("/send_at", "required", _("Say when."))
        if len(body) > LONGEST:
            raise InvalidInput.at("/body", "too_long", _("Write something, up to 20,000 characters."))
        said = {"body": body, "send_at": at, "reply_to": reply_to, "attachments": files}
        schedule_message(actor=request.actor, channel=place, confirm="confirm" in request.POST, **said)

    return answered(request, _("It is sent then."), schedule)


@require_http_methods(["GET", "HEAD", "POST"])
def scheduled(request: HttpRequest, scheduled_id: UUID) -> HttpResponse:
    """Change its words or its moment."""
    row = find(request, Scheduled.objects.select_related("channel__workspace"), scheduled_id)
    form = ScheduledForm(request.POST or None, initial={"body": row.body, "send_at": row.send_at})
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in form.changed_data or ["send_at"]}
        if tried(
            form,
            change_scheduled,
            actor=request.actor,
            scheduled=row,
            confirm="confirm" in request.POST,
            **said,
        ):
            messages.success(request, _("Saved."))
            return redirect(reverse("later") + LIST)
    return render(
        request, "chat/scheduled.html", {"form": form, "row": row}, status=422 if form.errors else 200
    )


@require_POST
def scheduled_removal(request: HttpRequest, scheduled_id: UUID) -> HttpResponse:
    row = find(request, Scheduled, scheduled_id)
    done(request, _("It is not sent."), drop_scheduled, scheduled=row)
    return redirect(reverse("later") + LIST)


@require_POST
def scheduled_sending(request: HttpRequest, scheduled_id: UUID) -> HttpResponse:
    row = find(request, Scheduled, scheduled_id)
    done(request, _("It is sent."), send_scheduled, scheduled=row)
    return redirect(reverse("later") + LIST)
