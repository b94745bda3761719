"""What somebody keeps for later, on one page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from chat.errors import NeedsConfirmation
from chat.forms import LaterForm
from chat.models import Draft, Message, Reminder, Saved, Scheduled
from chat.operations import change_saved, drop_reminder, keep_draft, save_message, unsave_message
from chat.operations.channels import name_for
from chat.places import icon_of
from kernel.errors import DomainError
from orgs.views.finding import done, find

MOST = 200


@dataclass(frozen=True)
class Tab:
    key: str
    label: str | Promise
    rows: Callable[[HttpRequest], Any]
    template: str


def _saved(request: HttpRequest) -> Any:
    rows = Saved.objects.visible_to(request.actor).select_related("channel__workspace", "message__author")
    return rows.prefetch_related("channel__members__user")


def _own(request: HttpRequest, noun: type[Scheduled] | type[Draft]) -> Any:
    rows = noun.objects.visible_to(request.actor).select_related("channel__workspace")
    return rows.prefetch_related("channel__members__user")


def _reminders(request: HttpRequest) -> Any:
    return _saved(request).with_reminder().order_by("remind_at")


ALL = (
    Tab("saved", gettext_lazy("Saved"), lambda request: _saved(request).open(), "chat/_saved.html"),
    Tab("reminders", gettext_lazy("Reminders"), _reminders, "chat/_saved.html"),
    Tab(
        "scheduled",
        gettext_lazy("Scheduled"),
        lambda request: _own(request, Scheduled).unsent().prefetch_related("files"),
        "chat/_scheduled.html",
    ),
    Tab(
        "drafts", gettext_lazy("Drafts"), lambda request: _own(request, Draft).written(), "chat/_drafts.html"
    ),
    Tab(
        "done",
        gettext_lazy("Done"),
        lambda request: _saved(request).done().order_by("-done_at"),
        "chat/_saved.html",
    ),
)
TABS = {one.key: one for one in ALL}


@require_GET
def later(request: HttpRequest) -> HttpResponse:
    """Show one list of it, the one that ``?tab=`` names."""
    tab = TABS.get(request.GET.get("tab", "saved"), TABS["saved"])
    rows = list(tab.rows(request)[:MOST])
    for one in rows:
        one.channel.icon = icon_of(one.channel)
        one.where = name_for(one.channel, request.actor.user_id)
    noted = Reminder.objects.visible_to(request.actor)[:MOST] if tab.key == "reminders" else ()
    context = {
        "tab": tab,
        "tabs": TABS.values(),
        "rows": rows,
        "noted": list(noted),
        "later_form": LaterForm(),
    }
    return render(request, "chat/later.html", context)


@require_POST
def message_saving(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Keep a message, and say when to be reminded of it."""
    message = find(request, Message, message_id)
    return answered(
        request,
        _("Saved for later."),
        lambda at: save_message(actor=request.actor, message=message, remind_at=at),
    )


def answered(request: HttpRequest, words: str, act: Callable[[Any], Any]) -> HttpResponse:
    """Act on a form that says when, and go back; a script only hears how it went."""
    form, status = LaterForm(request.POST), 422
    problem = "" if form.is_valid() else form.problem
    if not problem:
        try:
            act(form.moment(request.user.time_zone))
        except DomainError as error:
            problem = str(error.errors[0]["detail"] if error.errors else error.sentence)
            if error.status in (403, 404):
                raise
            status = error.status if isinstance(error, NeedsConfirmation) else status
    if request.htmx:
        return HttpResponse(problem or words, status=status if problem else 200, content_type="text/plain")
    (messages.error if problem else messages.success)(request, problem or words)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    said = request.POST.get("next", "")
    return said if url_has_allowed_host_and_scheme(said, allowed_hosts=None) else reverse("later")


@require_POST
def saved_done(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    saved = find(request, Saved, saved_id)
    done(request, _("Done."), change_saved, saved=saved, is_done=True)
    return redirect(_back(request))


@require_POST
def saved_undone(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    saved = find(request, Saved, saved_id)
    done(request, _("It is open again."), change_saved, saved=saved, is_done=False)
    return redirect(_back(request))


@require_POST
def saved_removal(request: HttpRequest, saved_id: UUID) -> HttpResponse:
    saved = find(request, Saved.objects.select_related("message"), saved_id)
    done(request, _("It is kept no longer."), unsave_message, message=saved.message)
    return redirect(_back(request))


@require_POST
def reminder_removal(request: HttpRequest, reminder_id: UUID) -> HttpResponse:
    done(request, _("Done."), drop_reminder, reminder=find(request, Reminder, reminder_id))
    return redirect(f"{reverse('later')}?tab=reminders")


@require_POST
def draft_removal(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    draft = find(request, Draft.objects.select_related("channel", "thread"), draft_id)
    place = {"channel": draft.channel, "thread": draft.thread}
    done(request, _("The draft is gone."), keep_draft, body="", at=timezone.now(), **place)
    return redirect(f"{reverse('later')}?tab=drafts")
