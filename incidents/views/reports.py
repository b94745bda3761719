"""Reports: published, read and printed; and the timeline as a file that holds up without us."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.operations import note_export
from audit.records import readable
from audit.tables import sheet
from incidents.forms import ReportForm
from incidents.models import Incident, Report
from incidents.operations import publish_report
from incidents.reports import MOST, checkpoints_of, entry_of
from incidents.resources import INCIDENTS
from incidents.timeline import Item, Timeline
from incidents.views.finding import incident_page, the_incident
from orgs.views.finding import done, find
from watching.models import Severity

COLUMNS = ("at", "record", "seq", "action", "actor", "org", "object", "sentence", "prev", "hash")


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


def _items(request: HttpRequest, incident_id: UUID, form: str) -> tuple[Incident, list[Item]]:
    """Return the timeline for a file; that it was taken along enters the record."""
    shown = the_incident(request, incident_id, "incidents.read_inside")
    readable(request.actor, "org", shown.organization_id)
    note_export(actor=request.actor, kind="org", noun=shown.organization, form=form)
    return shown, list(Timeline(shown).all(MOST))


@require_GET
def timeline_table(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Return the entries as a table, the newest 1,000 at most."""
    _shown, items = _items(request, incident_id, "csv")
    rows = [entry_of(one.entry) for one in items if one.entry]
    answer = HttpResponse(
        sheet([COLUMNS, *([row[name] for name in COLUMNS] for row in rows)]),
        content_type="text/csv; charset=utf-8",
    )
    return _as_file(answer, "csv")


@require_GET
def timeline_json(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Return the same with the checkpoints under which the entries stand."""
    shown, items = _items(request, incident_id, "json")
    entries = [entry_of(one.entry) for one in items if one.entry]
    said = {"incident": str(shown.pk), "entries": entries, "checkpoints": checkpoints_of(items)}
    return _as_file(JsonResponse(said, json_dumps_params={"ensure_ascii": False}), "json")


def _as_file(answer: HttpResponse, ending: str) -> HttpResponse:
    name = f"incident-timeline-{timezone.localdate()}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
