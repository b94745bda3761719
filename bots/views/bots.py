"""The bots of a workspace: which there are, whose, what they may; and the two keys to each."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from bots.forms import BotForm, EndpointForm, InletForm, RefusalForm, SkillForm
from bots.models import Bot, Call, Endpoint, Inlet, Scope, Skill
from bots.operations import (
    change_bot,
    create_bot,
    end_bot,
    let_in_again,
    make_token,
    pause_bot,
    refuse_bot,
    resume_bot,
)
from bots.policies import sides_of
from kernel.actor import Actor
from kernel.finding import lasting
from kernel.recent import require_recent
from kernel.rules import may, require
from orgs.views.finding import done, find, tried
from workspaces.models import Workspace, seated

ROOMS = Workspace.objects.select_related("host")
MOST_CALLS = 20  # of the last ones, on a bot's page
BOTS = lasting(Bot.objects.told())


def the_bot(request: HttpRequest, bot_id: UUID, rule: str = "") -> Bot:
    """Return the bot of this page; from here on the person wears the hat of their seat."""
    found = find(request, BOTS, bot_id)
    request.actor = seated(request.actor, found.workspace_id)
    if rule:
        require(request.actor, rule, found)
    return found


@never_cache
@sensitive_variables("created")
@require_http_methods(["GET", "HEAD", "POST"])
def bots(request: HttpRequest, workspace_id: UUID) -> HttpResponse:
    """Show the bots of a workspace, whoever runs them; POST sets one up, and shows its key this once."""
    workspace = find(request, ROOMS, workspace_id)
    request.actor = seated(request.actor, workspace.pk)
    sides = sides_of(request.actor, workspace)
    if request.method != "POST":
        return _list(request, workspace, BotForm(sides=sides) if sides else None)
    require(request.actor, "bots.open", workspace)
    require_recent(request.actor)
    form = BotForm(request.POST, sides=sides)
    if form.is_valid():
        said = dict(form.cleaned_data)
        chosen = said.pop("organization")
        organization = next(one.organization for one in sides if one.organization_id == chosen)
        created = tried(
            form, _create, request=request, workspace=workspace, organization=organization, **said
        )
        if created is not None:
            return page_of(request, find(request, BOTS, created.pk), secret=created.token)
    return _list(request, workspace, form, status=422)


def _create(*, request: HttpRequest, **said: Any) -> Bot:
    return create_bot(actor=request.actor, **said)


def _list(
    request: HttpRequest, workspace: Workspace, form: BotForm | None, status: int = 200
) -> HttpResponse:
    rows = list(Bot.objects.visible_to(request.actor).told().filter(workspace=workspace))
    context = {
        "workspace": workspace,
        "tab": "bots",
        "bots": sorted(rows, key=lambda one: (one.ended_at is not None, one.organization.name, one.name)),
        "form": form,
        **rights_of(request.actor, workspace),
    }
    return render(request, "bots/bots.html", context, status=status)


def rights_of(actor: Actor, workspace: Workspace) -> dict[str, Any]:
    return {
        "may_read_record": may(actor, "workspaces.read_record", workspace),
        "may_settle": may(actor, "workspaces.change", workspace) or bool(sides_of(actor, workspace)),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def bot(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    """Show one bot; POST changes it."""
    found = the_bot(request, bot_id)
    if request.method != "POST":
        return page_of(request, found)
    require(request.actor, "bots.manage", found)
    require_recent(request.actor)
    form = BotForm.of(found, request.POST)
    said = {"actor": request.actor, "bot": found}
    if form.is_valid() and tried(form, change_bot, **said, **form.cleaned_data) is not None:
        return redirect("bot", bot_id)
    return page_of(request, found, form=form, status=422)


def page_of(request: HttpRequest, found: Bot, *, status: int = 200, **more: Any) -> HttpResponse:
    manages = may(request.actor, "bots.manage", found)
    ours = {one.organization_id for one in sides_of(request.actor, found.workspace)}
    ours.discard(found.organization_id)
    context = {
        "bot": found,
        "workspace": found.workspace,
        "tab": "bots",
        "may_manage": manages,
        "may_refuse": bool(ours) and found.ended_at is None,
        "is_refused_by_us": any(one.organization_id in ours for one in found.refusals.all()),
        "tokens": found.tokens if manages else [],
        "inlets": list(Inlet.objects.visible_to(request.actor).told().filter(bot=found)) if manages else [],
        "inlet_form": _inlet_form(request, found) if manages else None,
        "form": BotForm.of(found) if manages and found.ended_at is None else None,
        "refusal_form": RefusalForm(),
        "skills": list(Skill.objects.visible_to(request.actor).filter(bot=found)),
        **(_calling(request, found) if manages else {}),
        **rights_of(request.actor, found.workspace),
        **more,
    }
    return render(request, "bots/bot.html", context, status=status)


def _calling(request: HttpRequest, found: Bot) -> dict[str, Any]:
    """Return where it is told, what may be added to what is asked of it, and what became of the last calls."""
    endpoint = Endpoint.objects.visible_to(request.actor).filter(bot=found).first()
    ready = found.ended_at is None and Scope.CALLS in found.scopes
    return {
        "endpoint": endpoint,
        "endpoint_form": EndpointForm.of(endpoint) if ready else None,
        "skill_form": SkillForm(initial={"kind": Skill.Kind.COMMAND}) if ready and endpoint else None,
        "calls": list(Call.objects.visible_to(request.actor).filter(bot=found)[:MOST_CALLS]),
    }


def _inlet_form(request: HttpRequest, found: Bot) -> InletForm | None:
    """Return what opens an address for it, where it works and may write."""
    ready = found.state == Bot.State.WORKING and Scope.WRITE in found.scopes
    return InletForm(actor=request.actor, bot=found) if ready else None


@never_cache
@sensitive_variables("changed")
@require_POST
def token(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    found = the_bot(request, bot_id, "bots.manage")
    at_once = bool(request.POST.get("at_once"))
    changed = done(request, _("The bot has a new token."), make_token, bot=found, at_once=at_once)
    if changed is None:
        return redirect("bot", bot_id)
    return page_of(request, the_bot(request, bot_id), secret=changed.token)


@require_POST
def pause(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    done(request, _("The bot is paused."), pause_bot, bot=the_bot(request, bot_id, "bots.manage"))
    return redirect("bot", bot_id)


@require_POST
def resumption(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    done(request, _("The bot works again."), resume_bot, bot=the_bot(request, bot_id, "bots.manage"))
    return redirect("bot", bot_id)


@require_POST
def refusal(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    found = the_bot(request, bot_id, "bots.refuse")
    form = RefusalForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    done(request, _("Your organization refuses this bot here."), refuse_bot, bot=found, reason=reason)
    return redirect("bot", bot_id)


@require_POST
def letting_in(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    found = the_bot(request, bot_id, "bots.refuse")
    done(request, _("Those who run this bot may let it work again."), let_in_again, bot=found)
    return redirect("bot", bot_id)


@require_POST
def removal(request: HttpRequest, bot_id: UUID) -> HttpResponse:
    found = the_bot(request, bot_id, "bots.manage")
    done(request, _("The bot has ended."), end_bot, bot=found)
    return redirect("bots", found.workspace_id)
