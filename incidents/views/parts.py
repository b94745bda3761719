"""What an incident is about, who is let in on it, and what is done and said at once."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from incidents.forms import HoldForm, JoinForm, NoteForm, ShareForm
from incidents.models import Joined, Share
from incidents.operations import (
    hold_concerned,
    join_thing,
    part_thing,
    share_incident,
    unshare_incident,
    write_note,
)
from incidents.queries import holdable, joinable, partners_of
from incidents.views.finding import incident_page, the_incident
from orgs.models import Organization
from orgs.views.finding import done, find
from watching.models import Alert
from workspaces.models import Hold, Workspace

NOUNS = {"alert": Alert, "hold": Hold, "person": User, "workspace": Workspace, "partner": Organization}


@require_POST
def about(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    shown = the_incident(request, incident_id)
    form = JoinForm(request.POST, choices=joinable(request.actor, shown))
    if not form.is_valid():
        return incident_page(request, shown, status=422, join=form)
    kind, _colon, key = form.cleaned_data["thing"].partition(":")
    thing = find(request, NOUNS[kind], UUID(key))
    done(request, _("It stands with the incident."), join_thing, incident=shown, thing=thing)
    return redirect("incident", incident_id)


@require_POST
def about_removal(request: HttpRequest, incident_id: UUID, joined_id: UUID) -> HttpResponse:
    shown = the_incident(request, incident_id)
    joined = find(request, Joined.objects.filter(incident=shown), joined_id)
    done(request, _("It stands with the incident no more."), part_thing, joined=joined)
    return redirect("incident", incident_id)


@require_POST
def shares(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    shown = the_incident(request, incident_id)
    form = ShareForm(request.POST, partners=partners_of(shown.organization))
    if not form.is_valid():
        return incident_page(request, shown, status=422, share=form)
    done(request, _("They see it now."), share_incident, incident=shown, **form.cleaned_data)
    return redirect("incident", incident_id)


@require_POST
def share_ending(request: HttpRequest, incident_id: UUID, share_id: UUID) -> HttpResponse:
    shown = the_incident(request, incident_id)
    share = find(request, Share.objects.filter(incident=shown), share_id)
    done(request, _("They see nothing of it any more."), unshare_incident, share=share)
    return redirect("incident", incident_id)


@require_POST
def holds(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Suspend the access of somebody it is about, at once."""
    shown = the_incident(request, incident_id)
    form = HoldForm(request.POST, people=holdable(shown), prefix="hold")
    if not form.is_valid():
        return incident_page(request, shown, status=422, hold=form)
    done(request, _("Their access is held."), hold_concerned, incident=shown, **form.cleaned_data)
    return redirect("incident", incident_id)


@require_POST
def notes(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    shown = the_incident(request, incident_id)
    form = NoteForm(request.POST, prefix="note")
    if not form.is_valid():
        return incident_page(request, shown, status=422, note=form)
    done(request, _("Written down."), write_note, incident=shown, **form.cleaned_data)
    return redirect("incident", incident_id)
