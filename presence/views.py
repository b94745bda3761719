"""The page door: what one says of oneself, and whether one may be disturbed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from notifications.models import FOREVER
from orgs.views.finding import done, tried
from presence.forms import PRESETS, QuietForm, StatusForm
from presence.moments import Quiet, Span
from presence.operations import ask_for_quiet, be_back, clear_status, set_status
from presence.queries import rest_of, status_of


@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest) -> HttpResponse:
    form = StatusForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        until = Span(said["lasts"]).end(timezone.now(), request.user.time_zone)
        words = {"emoji": said["emoji"], "words": said["words"], "until": until}
        if tried(form, set_status, actor=request.actor, **words) is not None:
            messages.success(request, _("Saved."))
            return redirect("own_status")
    return _shown(request, form)


@require_POST
def status_removal(request: HttpRequest) -> HttpResponse:
    done(request, _("Your status is taken away."), clear_status)
    return redirect("own_status")


@require_POST
def do_not_disturb(request: HttpRequest) -> HttpResponse:
    form = QuietForm(request.POST)
    if not form.is_valid():
        return _shown(request, StatusForm(), form)
    rest = rest_of(request.actor)
    until = Quiet(form.cleaned_data["lasts"]).end(timezone.now(), rest, request.user.time_zone)
    done(request, _("Nothing disturbs you that is not urgent."), ask_for_quiet, until=until)
    return redirect("own_status")


@require_POST
def do_not_disturb_removal(request: HttpRequest) -> HttpResponse:
    done(request, _("You are told again."), be_back)
    return redirect("own_status")


def _shown(request: HttpRequest, form: StatusForm, quiet_form: QuietForm | None = None) -> HttpResponse:
    rest, now = rest_of(request.actor), timezone.now()
    silent = rest.silent_until if rest.silent_until is not None and rest.silent_until > now else None
    context = {
        "status": status_of(request.actor),
        "form": form,
        "quiet_form": quiet_form or QuietForm(),
        "presets": [(emoji, words, span.value) for emoji, words, span in PRESETS],
        "is_silent": silent is not None,
        "silent_until": silent if silent is not None and silent < FOREVER else None,
        "rest": rest,
    }
    wrong = form.errors or (quiet_form is not None and quiet_form.errors)
    return render(request, "presence/status.html", context, status=422 if wrong else 200)
