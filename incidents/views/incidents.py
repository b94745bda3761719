"""The list of incidents, and one of them: all of it, or what is shared."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.tables import sheet
from incidents.forms import DescriptionForm, IncidentForm, MoveForm
from incidents.models import Incident
from incidents.operations import change_incident, move_incident, open_incident
from incidents.resources import INCIDENTS
from incidents.views.finding import incident_page, the_incident
from kernel.rules import require
from orgs.models import Organization
from orgs.views.finding import done, find, key_in, page_of, query, the_org, tried
from ui.cards import LONGEST
from ui.offers import quoted, told_by
from watching.models import Alert

EXPORT = 10_000


def _wanted(request: HttpRequest, organization: Organization) -> tuple[Any, Any, str, str]:
    """Return all that the organization meets, those asked for, the state and the words asked for."""
    everything = INCIDENTS.visible_to(request.actor).met_by(organization.pk)
    q = request.GET.get("q", "").strip()[:200]
    found = everything.filter(title__icontains=q) if q else everything
    state = request.GET.get("state", "")
    state = state if state in Incident.State.values else ""
    return found, found.filter(state=state) if state else found, state, q


@require_GET
def incidents(request: HttpRequest, org_id: UUID) -> HttpResponse:
    organization = the_org(request, org_id, "incidents.see")
    everything, wanted, state, q = _wanted(request, organization)
    found, following = page_of(request, wanted, ("-pk",))
    counts = dict(everything.order_by().values_list("state").annotate(Count("pk")))
    context = {
        "organization": organization,
        "incidents": found,
        "next": following,
        "state": state,
        "q": q,
        "states": [
            (value, label, counts.get(value, 0), query(request, state=value, page=None))
            for value, label in Incident.State.choices
        ],
        "all": query(request, state=None, page=None),
        "table": query(request, page=None),
    }
    return render(request, "incidents/incidents.html", context)


@require_GET
def table(request: HttpRequest, org_id: UUID) -> HttpResponse:
    """Return what the list shows as a table, the newest 10,000 at most."""
    organization = the_org(request, org_id, "incidents.see")
    _everything, wanted, _state, _q = _wanted(request, organization)
    rows = [
        [
            _("Number"),
            _("Whose"),
            pgettext("thing", "Title"),
            _("Kind"),
            _("Severity"),
            _("State"),
            _("Opened (UTC)"),
        ]
    ]
    rows += [
        [
            one.number,
            one.organization.name,
            one.title,
            one.get_kind_display(),
            one.get_severity_display(),
            one.get_state_display(),
            f"{one.created_at:%Y-%m-%d %H:%M}",
        ]
        for one in wanted.order_by("-pk")[:EXPORT]
    ]
    response = HttpResponse(sheet(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="incidents-{timezone.localdate()}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def incident_new(request: HttpRequest, org_id: UUID) -> HttpResponse:
    """By hand, or from the alert that ``?alert=`` names."""
    organization = the_org(request, org_id, "incidents.open")
    alert = (
        Alert.objects.select_related("user")
        .filter(organization=organization, pk=key_in(request, "alert"))
        .first()
    )
    form = IncidentForm(request.POST or None, initial=_known_from(alert) or _said_in(request))
    if form.is_bound and form.is_valid():
        about = [alert, alert.user] if alert else []
        said = {"actor": request.actor, "organization": organization, "about": about}
        made = tried(form, open_incident, **said, **form.cleaned_data)
        if made:
            messages.success(request, _("The incident is open. These are its tasks."))
            return redirect("incident", made.pk)
    context = {"organization": organization, "alert": alert, "form": form}
    return render(request, "incidents/new.html", context, status=422 if form.errors else 200)


def _said_in(request: HttpRequest) -> dict[str, Any]:
    """Return what a message says that ``?about=`` points to, as far as whoever opens the incident may read it."""
    address = request.GET.get("about", "")[:LONGEST]
    card = told_by(request, address)
    if card is None:
        return {}
    return {"title": card.text[:200], "what": quoted(card, address, settings.PUBLIC_URL)}


def _known_from(alert: Alert | None) -> dict[str, Any]:
    if alert is None:
        return {}
    title = f"{alert.get_kind_display()}: {alert.user.name}"
    return {"title": title, "kind": "unusual", "severity": alert.severity, "begins_at": alert.begins_at}


@require_GET
def incident(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    return incident_page(request, find(request, INCIDENTS, incident_id))


@require_http_methods(["GET", "HEAD", "POST"])
def description(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Say better what it is, and what the report will say."""
    shown = the_incident(request, incident_id)
    form = DescriptionForm.of(shown, shown.findings, request.POST or None)
    said = {"actor": request.actor, "incident": shown}
    if form.is_bound and form.is_valid() and tried(form, change_incident, **said, **form.changes):
        messages.success(request, _("Saved."))
        return redirect("incident", incident_id)
    context = {"organization": shown.organization, "incident": shown, "form": form}
    return render(request, "incidents/description.html", context, status=422 if form.errors else 200)


@require_POST
def state(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    shown = find(request, INCIDENTS, incident_id)
    require(request.actor, "incidents.run", shown)
    form = MoveForm(request.POST)
    if not form.is_valid():
        return incident_page(request, shown, status=422)
    done(request, _("Saved."), move_incident, incident=shown, **form.cleaned_data)
    return redirect("incident", incident_id)
