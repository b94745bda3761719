"""Reports: published, read and printed; and the timeline as a file that holds up without us."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from incidents.exports import json_of, table_of
from incidents.forms import ReportForm
from incidents.models import Incident, Report
from incidents.operations import publish_report
from incidents.resources import INCIDENTS
from incidents.views.finding import incident_page, the_incident
from orgs.views.finding import done, find
from watching.models import Severity


@require_POST
def reports(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    shown = the_incident(request, incident_id)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return incident_page(request, shown, status=422, report=form)
    made = done(request, _("It is published."), publish_report, incident=shown, **form.cleaned_data)
    return redirect("incident_report", incident_id, made.pk) if made else redirect("incident", incident_id)


@require_GET
def report(request: HttpRequest, incident_id: UUID, report_id: UUID) -> HttpResponse:
    """One version, for the screen and for paper."""
    incident = find(request, INCIDENTS, incident_id)
    shown = find(request, Report.objects.filter(incident=incident).select_related("published_by"), report_id)
    said = shown.said
    context = {
        "incident": incident,
        "report": shown,
        "said": said,
        "kind": Incident.Kind(said["incident"]["kind"]).label,
        "severity": Severity(said["incident"]["severity"]).label,
        "state": Incident.State(said["incident"]["state"]).label,
    }
    return render(request, "incidents/report.html", context)


@require_GET
def timeline_table(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    return table_of(request.actor, the_incident(request, incident_id, "incidents.read_inside"))


@require_GET
def timeline_json(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    return json_of(request.actor, the_incident(request, incident_id, "incidents.read_inside"))
