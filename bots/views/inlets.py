"""Addresses at which a bot speaks: each with its secret shown once, a try, and why things were refused."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from bots.addresses import address_of
from bots.forms import InletForm
from bots.models import Inlet, InletRefusal
from bots.operations import (
    close_inlet,
    open_inlet,
    pause_inlet,
    renew_inlet,
    resume_inlet,
    speak_through,
)
from bots.views.bots import page_of, rights_of, the_bot
from chat.models import Channel
from kernel.limits import limited
from kernel.recent import require_recent
from orgs.views.finding import done, find, tried


def _the_inlet(request: HttpRequest, inlet_id: UUID) -> Inlet:
    found: Inlet = find(request, Inlet.objects.told(), inlet_id)
    the_bot(request, found.bot_id, "bots.manage")
    return found


@never_cache
@sensitive_variables("opened")
@require_POST
def inlets(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Open one, and show its address this once."""
    bot = the_bot(request, bot_id, "bots.manage")
    require_recent(request.actor)
    form = InletForm(request.POST, actor=request.actor, bot=bot)
    if form.is_valid():
        rows = Channel.objects.visible_to(request.actor).select_related("workspace")
        said = {"channel": rows.get(pk=form.cleaned_data["channel"]), "name": form.cleaned_data["name"]}
        opened = tried(form, open_inlet, actor=request.actor, bot=bot, **said)
        if opened is not None:
            return _page(request, _the_inlet(request, opened.pk), secret=opened.secret)
    return page_of(request, bot, inlet_form=form, status=422)


def _page(request: HttpRequest, inlet: Inlet, *, secret: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "inlet": inlet,
        "bot": inlet.bot,
        "workspace": inlet.bot.workspace,
        "tab": "bots",
        "address": address_of(secret) if secret else "",
        "refused": list(InletRefusal.objects.visible_to(request.actor).filter(inlet=inlet)),
        **rights_of(request.actor, inlet.bot.workspace),
    }
    return render(request, "bots/inlet.html", context)


@require_GET
def inlet(request: HttpRequest, inlet_id: UUID) -> HttpResponse:
    return _page(request, _the_inlet(request, inlet_id))


@never_cache
@sensitive_variables("renewed")
@require_POST
def inlet_secret(request: HttpRequest, inlet_id: UUID) -> HttpResponse:
    found = _the_inlet(request, inlet_id)
    at_once = bool(request.POST.get("at_once"))
    renewed = done(request, _("It has a new address."), renew_inlet, inlet=found, at_once=at_once)
    if renewed is None:
        return redirect("inlet", inlet_id)
    return _page(request, _the_inlet(request, inlet_id), secret=renewed.secret)


@require_POST
def inlet_pause(request: HttpRequest, inlet_id: UUID) -> HttpResponse:
    done(request, _("It is paused: what comes is refused."), pause_inlet, inlet=_the_inlet(request, inlet_id))
    return redirect("inlet", inlet_id)


@require_POST
def inlet_resumption(request: HttpRequest, inlet_id: UUID) -> HttpResponse:
    done(request, _("It takes in what comes again."), resume_inlet, inlet=_the_inlet(request, inlet_id))
    return redirect("inlet", inlet_id)


@require_POST
def inlet_test(request: HttpRequest, inlet_id: UUID) -> HttpResponse:
    """Let the bot say something, as if it had come in."""
    found = _the_inlet(request, inlet_id)
    limited("inlets", found.pk)

    def say(*, actor: Any, inlet: Inlet) -> Any:
        return speak_through(actor=inlet.speaker, inlet=inlet, body=_("A test: this address works."))

    done(request, _("The bot has said it in the channel."), say, inlet=found)
    return redirect("inlet", inlet_id)


@require_POST
def inlet_removal(request: HttpRequest, inlet_id: UUID) -> HttpResponse:
    found = _the_inlet(request, inlet_id)
    done(request, _("The address is closed."), close_inlet, inlet=found)
    return redirect("bot", found.bot_id)
