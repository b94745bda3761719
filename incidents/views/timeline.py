"""What the record tells of an incident."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.operations import note_reading
from incidents.forms import PinForm
from incidents.operations import pin_entry, unpin_entry
from incidents.timeline import Place, Timeline
from incidents.views.finding import the_incident
from kernel.errors import InvalidInput, NotVisible
from kernel.rules import may
from orgs.views.finding import done, query

PAGE = 50


@require_GET
def timeline(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    shown = the_incident(request, incident_id, "incidents.read_inside")
    pinned = bool(request.GET.get("pinned"))
    try:
        place = Place.read(request.GET.get("before", ""))
    except InvalidInput:
        place = None  # what cannot be read counts as not said
    note_reading(actor=request.actor, kind="org", noun=shown.organization)
    items, following = Timeline(shown).page(PAGE, place, pinned=pinned)
    context = {
        "organization": shown.organization,
        "incident": shown,
        "items": items,
        "next": query(request, before=following) if following else "",
        "pinned": pinned,
        "may_pin": may(request.actor, "incidents.run", shown) and not shown.is_closed,
    }
    return render(request, "incidents/timeline.html", context)


@require_POST
def pin(request: HttpRequest, incident_id: UUID, event_id: UUID) -> HttpResponse:
    shown = the_incident(request, incident_id)
    form = PinForm(request.POST)
    if form.is_valid():
        said = {"incident": shown, "event_id": event_id} | form.cleaned_data
        done(request, _("It is pinned."), pin_entry, **said)
    return redirect("incident_timeline", incident_id)


@require_POST
def pin_removal(request: HttpRequest, incident_id: UUID, event_id: UUID) -> HttpResponse:
    shown = the_incident(request, incident_id)
    found = shown.pins.select_related("incident").filter(event_id=event_id).first()
    if found is None:
        raise NotVisible
    done(request, _("It is pinned no more."), unpin_entry, pin=found)
    return redirect("incident_timeline", incident_id)
