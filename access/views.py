"""The page of access: who has it and why, what one may do about it, and who asks."""

from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from access.forms import AnswerForm, AskForm, GrantForm
from access.kinds import KINDS, Kind, parsed
from access.levels import Level
from access.models import Request
from access.operations import answer_request, ask_for_access, grant_access, revoke_access, withdraw_request
from access.operations.requests import deciding
from access.queries import exposure_of, granted, standings, verdict_on
from access.seen_as import MOST_THINGS, MOST_TOGETHER, partners_in, seats_of, seen_as
from access.tables import csv_of
from access.trials import TRIALS, Trial, trial_of
from access.trials import tried as tried_out
from access.verdicts import Standing
from kernel.errors import InvalidInput, NotNow, NotVisible
from kernel.limits import limited
from kernel.rules import may, require
from orgs.forms import end_of
from orgs.models import Organization
from orgs.views.finding import done, find, key_in, tried
from workspaces.forms import PolicyForm, WorkspaceForm
from workspaces.models import Member, Workspace, seated

FACES = 6


def the_thing(request: HttpRequest, said: str | None = None) -> tuple[Kind, Any]:
    """Return what the page is about; from here on the person wears the hat of their seat there.

    Raises:
        NotVisible: nothing is named, or nothing that the person may know of.
    """
    try:
        kind, key = parsed(said if said is not None else request.GET.get("object", ""))
    except InvalidInput:
        raise NotVisible from None
    thing = kind.find(request.actor, key)
    room = kind.workspace_id(thing)
    if room is not None:
        request.actor = seated(request.actor, room)
    elif kind.sharing is not None:
        request.actor = kind.sharing.hat(request.actor, thing)
    return kind, thing


def page_of(kind: Kind, thing: Any, **more: Any) -> str:
    return f"{reverse('access')}?{urlencode({'object': f'{kind.name}:{thing.pk}', **more})}"


@require_GET
def access(request: HttpRequest) -> HttpResponse:
    """Show who has access to the object that ``?object=<type>:<id>`` names; ``person`` asks why one of them has."""
    kind, thing = the_thing(request)
    if request.GET.get("as") == "csv":
        return _table(request, kind, thing)
    return _page(request, kind, thing)


def _page(request: HttpRequest, kind: Kind, thing: Any, status: int = 200, **forms: Any) -> HttpResponse:
    found = standings(request.actor, kind, thing)
    q = request.GET.get("q", "").strip()[:200]
    shown = [one for one in found if q.casefold() in one.user.name.casefold()] if q else found
    person, verdict = _explained(request, kind, thing)
    held = kind.weigh(request.actor, thing)
    manages = may(request.actor, "access.manage", thing)
    asked = Request.objects.open().filter(object_id=thing.pk).select_related("asked_by", "asked_for")
    mine = asked.filter(asked_by=request.actor.user_id).first()
    gives = manages and kind.grants is not None
    context = {
        "kind": kind,
        "thing": thing,
        "name": kind.label(thing),
        "back": kind.url(thing),
        "object": f"{kind.name}:{thing.pk}",
        "label": getattr(thing, "classification", ""),
        "sides": _by_organization(shown),
        "people": len(found),
        "exposure": exposure_of(request.actor, kind, thing),
        "q": q,
        "person": person,
        "verdict": verdict,
        "change": verdict.change(Level.MANAGE if person.pk != request.actor.user_id else _next(held.level)),
        "is_me": person.pk == request.actor.user_id,
        "held": held,
        "grants": granted(request.actor, kind, thing),
        "manages": manages,
        "requests": list(asked.visible_to(request.actor).exclude(asked_by=request.actor.user_id))
        if manages
        else [],
        "mine": mine,
        "deciding": [one for one in deciding(kind, thing) if one in found][:FACES],
        "grant_form": forms.get("grant_form")
        or (GrantForm(actor=request.actor, kind=kind, thing=thing, held=held) if gives else None),
        "ask_form": forms.get("ask_form")
        or (AskForm(held=held) if _may_ask(kind, held.level, mine) else None),
        "answer_form": AnswerForm(held=held),
    }
    return render(request, "access/access.html", context, status=status)


def _next(level: Level) -> Level:
    """Return the level that one would ask for next."""
    return Level(min(level + 1, Level.MANAGE))


def _may_ask(kind: Kind, level: Level, mine: Request | None) -> bool:
    return kind.grants is not None and level < Level.MANAGE and mine is None


def _explained(request: HttpRequest, kind: Kind, thing: Any) -> Any:
    return verdict_on(request.actor, kind, thing, key_in(request, "person"))


def _by_organization(found: list[Standing]) -> list[tuple[Any, list[Standing]]]:
    return [(org, list(those)) for org, those in groupby(found, key=lambda one: one.organization)]


def _table(request: HttpRequest, kind: Kind, thing: Any) -> HttpResponse:
    response = HttpResponse(
        csv_of(standings(request.actor, kind, thing)), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="access-{kind.name}-{thing.pk}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def grants(request: HttpRequest) -> HttpResponse:
    """Give a right on the object that the form names."""
    kind, thing = the_thing(request, request.POST.get("object", ""))
    if not may(request.actor, "access.manage", thing) or kind.grants is None:
        raise NotVisible
    held = kind.weigh(request.actor, thing)
    form = GrantForm(request.POST, actor=request.actor, kind=kind, thing=thing, held=held)
    if form.is_valid() and tried(form, grant_access, actor=request.actor, thing=thing, **form.said()):
        messages.success(request, _("The right is given."))
        return redirect(page_of(kind, thing))
    return _page(request, kind, thing, status=422, grant_form=form)


@require_POST
def grant_ending(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    for kind in KINDS.values():
        rows: Any = kind.grants.objects if kind.grants else None
        found = (
            rows.visible_to(request.actor).told().select_related("on").filter(pk=grant_id).first()
            if rows
            else None
        )
        if found is not None:
            done(request, _("The right is taken back."), revoke_access, grant=found)
            return redirect(page_of(kind, found.on))
    raise NotVisible


@require_POST
def access_requests(request: HttpRequest) -> HttpResponse:
    """Ask for a right on the object that the form names."""
    kind, thing = the_thing(request, request.POST.get("object", ""))
    form = AskForm(request.POST, held=kind.weigh(request.actor, thing))
    if form.is_valid():
        limited("invitations", request.actor.user_id)
        said = {"level": Level.of(form.cleaned_data["level"]), "reason": form.cleaned_data["reason"]}
        if tried(form, ask_for_access, actor=request.actor, thing=thing, **said):
            messages.success(request, _("You have asked. Those who decide here have been told."))
            return redirect(page_of(kind, thing))
    return _page(request, kind, thing, status=422, ask_form=form)


@require_POST
def access_request_answer(request: HttpRequest, request_id: UUID) -> HttpResponse:
    asked = find(request, Request.objects.select_related("asked_by"), request_id)
    kind, thing = the_thing(request, f"{asked.kind}:{asked.object_id}")
    form = AnswerForm(request.POST, held=kind.weigh(request.actor, thing))
    grants_it = request.POST.get("decision") == "grant"
    if grants_it and not form.is_valid():
        messages.error(request, _("Choose a right and a day in the future."))
        return redirect(page_of(kind, thing))
    form.is_valid()
    said = form.cleaned_data
    words = _("The right is given.") if grants_it else _("You have said no.")
    done(
        request,
        words,
        answer_request,
        asked=asked,
        grants=grants_it,
        level=Level.of(said["level"]) if grants_it else None,
        expires_at=end_of(said["ends_on"]) if said.get("ends_on") else None,
        comment=said.get("comment", ""),
    )
    return redirect(page_of(kind, thing))


@require_POST
def access_request_withdrawal(request: HttpRequest, request_id: UUID) -> HttpResponse:
    asked = find(request, Request.objects.select_related("asked_by"), request_id)
    done(request, _("You no longer ask."), withdraw_request, asked=asked)
    return redirect(f"{reverse('access')}?{urlencode({'object': f'{asked.kind}:{asked.object_id}'})}")


# ── Seen before it is done ───────────────────────────────────────────────────
@require_GET
def exposure(request: HttpRequest) -> HttpResponse:
    """Say for htmx whom the object that ``?object=`` names is open to: beside what would open it to more."""
    kind, thing = the_thing(request)
    if not request.htmx:
        return redirect(page_of(kind, thing))
    return render(request, "access/_exposure.html", {"exposure": exposure_of(request.actor, kind, thing)})


@require_GET
def what_if_page(request: HttpRequest) -> HttpResponse:
    """Show who would gain or lose what, if ``?change=<change>:<id>`` were made."""
    try:
        trial, key = trial_of(request.GET.get("change", ""))
    except InvalidInput:
        raise NotVisible from None
    role = request.GET.get("role", "")
    if not (trial is TRIALS["member"] and role):
        return _foretold(request, trial, key)
    if role not in Member.Role.values:
        raise NotVisible
    return _foretold(request, trial, key, role=role)


@require_POST
def workspace_what_if(request: HttpRequest, workspace_id: UUID) -> HttpResponse:
    """Show the same for the rules that the settings' form holds, which may then be saved from here."""
    room = find(request, Workspace, workspace_id)
    request.actor = seated(request.actor, room.pk)
    require(request.actor, "workspaces.change", room)
    form, policy_form = WorkspaceForm(request.POST), PolicyForm(request.POST)
    if not (form.is_valid() and policy_form.is_valid()):
        messages.error(request, _("Some of what you entered does not fit. Nothing was tried."))
        return redirect("workspace_settings", workspace_id)
    said = form.cleaned_data | {"policy": policy_form.policy}
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    saves = {"kept": kept, "save": reverse("workspace_settings", args=[workspace_id])}
    return _foretold(request, TRIALS["workspace"], workspace_id, saves, **said)


def _foretold(
    request: HttpRequest, trial: Trial, key: UUID, saves: dict[str, Any] | None = None, **said: Any
) -> HttpResponse:
    refused = ""
    try:
        thing, found = tried_out(request.actor, trial, key, **said)
    except NotNow as error:
        thing, found, refused = None, [], str(error.sentence)
    people = sorted({one.user.pk: one for one in found}.values(), key=lambda one: one.user.name)
    rows = [(one, [other for other in found if other.user.pk == one.user.pk]) for one in people]
    context = {
        "trial": trial,
        "thing": thing,
        "rows": rows,
        "refused": refused,
        "gain": len({one.user.pk for one in found if one.gains}),
        "lose": len({one.user.pk for one in found if not one.gains}),
        "things": len({one.thing.pk for one in found}),
        "roles": Member.Role.choices if trial is TRIALS["member"] else [],
        "role": said.get("role", ""),
        **(saves or {}),
    }
    part = "_foretold" if request.htmx else "what_if"
    return render(request, f"access/{part}.html", context)


# ── With another organization's eyes ─────────────────────────────────────────
@require_GET
def workspace_seen_as(request: HttpRequest, workspace_id: UUID) -> HttpResponse:
    """Show a workspace as people of ``?org=`` see it: as ``person``, or all of its own people together."""
    room = find(request, Workspace.objects.select_related("host"), workspace_id)
    request.actor = seated(request.actor, room.pk)
    require(request.actor, "access.explain_others", room)
    partners = partners_in(request.actor, room)
    org = _chosen(partners, key_in(request, "org"))
    seats = seats_of(request.actor, room, org) if org else []
    own = [one for one in seats if not one.is_external]
    together = own if len(own) <= MOST_TOGETHER else []
    seat = next((one for one in seats if one.user_id == key_in(request, "person")), None)
    if seat is None and not together:
        seat = next(iter(seats), None)
    context = {
        "workspace": room,
        "partners": partners,
        "org": org,
        "seats": seats,
        "seat": seat,
        "together": together,
        "nouns": seen_as(request.actor, room, [seat] if seat else together) if seats else [],
        "most": MOST_THINGS,
    }
    return render(request, "access/seen_as.html", context)


def _chosen(partners: list[Organization], key: UUID | None) -> Organization | None:
    """Return the organization that is asked for, else the first.

    Raises:
        NotVisible: the one asked for has no part in the room.
    """
    if key is None:
        return next(iter(partners), None)
    found = next((one for one in partners if one.pk == key), None)
    if found is None:
        raise NotVisible
    return found
