"""What people may ask of a bot: set up and tried on its page; and a message given to one, once its reader has seen to whom."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from bots.forms import EndpointForm, SkillForm
from bots.models import Skill
from bots.operations import (
    add_skill,
    call_bot,
    remove_endpoint,
    remove_skill,
    renew_endpoint_secret,
    set_endpoint,
    try_endpoint,
)
from bots.operations.calls import leaks_of
from bots.views.bots import page_of, the_bot
from chat.excerpts import address_of
from chat.models import Message
from kernel.addresses import look_up
from kernel.errors import NotVisible
from kernel.limits import limited
from kernel.recent import require_recent
from kernel.rules import require
from orgs.views.finding import done, find, tried
from workspaces.models import seated


@never_cache
@sensitive_variables("kept")
@require_POST
def endpoint(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Say where it is told; the first time its secret is shown, this once."""
    bot = the_bot(request, bot_id, "bots.manage")
    require_recent(request.actor)
    form = EndpointForm(request.POST)
    if form.is_valid() and tried(form, _look_up, url=form.cleaned_data["url"]):
        kept = tried(form, set_endpoint, actor=request.actor, bot=bot, url=form.cleaned_data["url"])
        if kept is not None:
            return page_of(request, the_bot(request, bot_id), signing_secret=kept.secret)
    return page_of(request, bot, endpoint_form=form, status=422)


def _look_up(*, url: str) -> bool:
    look_up(url)
    return True


@never_cache
@sensitive_variables("renewed")
@require_POST
def endpoint_secret(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    bot = the_bot(request, bot_id, "bots.manage")
    renewed = done(request, _("It signs under a new secret."), renew_endpoint_secret, bot=bot)
    if renewed is None:
        return redirect("bot", bot_id)
    return page_of(request, the_bot(request, bot_id), signing_secret=renewed.secret)


@require_POST
def endpoint_test(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    bot = the_bot(request, bot_id, "bots.manage")
    limited("webhooks", bot.organization_id)
    done(request, _("A test is on its way. What became of it stands below."), try_endpoint, bot=bot)
    return redirect("bot", bot_id)


@require_POST
def endpoint_removal(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    bot = the_bot(request, bot_id, "bots.manage")
    done(request, _("It is told nothing more, and can be asked nothing."), _remove, bot=bot)
    return redirect("bot", bot_id)


def _remove(**said: Any) -> bool:
    remove_endpoint(**said)
    return True


@require_POST
def skills(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    bot = the_bot(request, bot_id, "bots.manage")
    form = SkillForm(request.POST)
    if form.is_valid() and tried(form, add_skill, actor=request.actor, bot=bot, **form.cleaned_data):
        messages.success(request, _("People can ask it now."))
        return redirect("bot", bot_id)
    return page_of(request, bot, skill_form=form, status=422)


@require_POST
def skill_removal(request: HttpRequest, skill_id: UUID) -> HttpResponse:
    found: Skill = find(request, Skill.objects.told(), skill_id)
    the_bot(request, found.bot_id, "bots.manage")
    done(request, _("It can be asked no more."), _remove_skill, skill=found)
    return redirect("bot", found.bot_id)


def _remove_skill(**said: Any) -> bool:
    remove_skill(**said)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def message_skill(request: HttpRequest, message_id: UUID, skill_id: UUID) -> HttpResponse:
    """Show what a bot would get of a message, and whose it is; POST gives it."""
    message = find(request, Message.objects.told().select_related("channel__workspace"), message_id)
    channel = message.channel
    if message.deleted_at is not None or channel.workspace_id is None:
        raise NotVisible
    request.actor = seated(request.actor, channel.workspace_id)
    require(request.actor, "bots.call", channel)
    skills = Skill.objects.visible_to(request.actor).told().heard_in(channel)
    skill = skills.filter(pk=skill_id, kind=Skill.Kind.MESSAGE).first()
    if skill is None:
        raise NotVisible
    others = skill.bot.organization_id != request.actor.org_id
    leaks = [str(one.label) for one in leaks_of(message)] if others else []
    if request.method == "POST":
        limited("calls", request.actor.user_id)
        said = {"skill": skill, "channel": channel, "message": message}
        confirm = not leaks or bool(request.POST.get("confirm"))
        words = _("Given to the bot. Its answer comes here.")
        if done(request, words, call_bot, confirm=confirm, **said) is not None:
            return redirect(address_of(message))
    context = {
        "message": message,
        "channel": channel,
        "skill": skill,
        "leaks": leaks,
        "back": address_of(message),
    }
    return render(request, "bots/message_skill.html", context)
