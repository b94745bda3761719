"""How the pages find an incident, and how its own page is put together."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from incidents.forms import HoldForm, JoinForm, NoteForm, ReportForm, ShareForm, TaskForm
from incidents.models import Incident, Report
from incidents.queries import doers, holdable, joinable, links_of, partners_of, progress, rows_of
from incidents.resources import INCIDENTS, TASKS
from kernel.rules import may, require
from orgs.views.finding import find, the_org

NOTES = 50


def the_incident(request: HttpRequest, incident_id: UUID, rule: str = "incidents.run") -> Incident:
    """Return an incident of the organization that the reader acts for from here on."""
    found: Incident = find(request, INCIDENTS, incident_id)
    require(request.actor, rule, found)
    the_org(request, found.organization_id, "incidents.see")
    return found


def incident_page(request: HttpRequest, shown: Incident, status: int = 200, **forms: Any) -> HttpResponse:
    """Show all of it to those whose it is; its head and their tasks to others."""
    tasks = list(TASKS.visible_to(request.actor).filter(incident=shown))
    reports = Report.objects.visible_to(request.actor).filter(incident=shown).defer("body")
    context: dict[str, Any] = {
        "incident": shown,
        "tasks": rows_of(request.actor, tasks),
        "progress": progress(tasks),
    }
    context["reports"] = reports.select_related("published_by")
    if not may(request.actor, "incidents.read_inside", shown):
        return render(request, "incidents/shared.html", context, status=status)
    organization = the_org(request, shown.organization_id, "incidents.see")
    context["report_form"] = forms.get("report") or ReportForm()
    shares = list(shown.shares.standing().select_related("partner", "shared_by").order_by("pk"))
    context |= {
        "organization": organization,
        "findings": shown.findings,
        "links": links_of(shown),
        "shares": shares,
        "notes": shown.notes.select_related("author").order_by("-at", "-pk")[:NOTES],
        "since": timezone.localdate(shown.findings.begins_at),
        "until": timezone.localdate(shown.findings.ends_at or timezone.now()),
    }
    if may(request.actor, "incidents.run", shown) and not shown.is_closed:
        partners = partners_of(organization).exclude(pk__in=[one.partner_id for one in shares])
        people = holdable(shown)
        context |= {
            "join_form": forms.get("join") or JoinForm(choices=joinable(request.actor, shown)),
            "share_form": forms.get("share") or (ShareForm(partners=partners) if partners else None),
            "hold_form": forms.get("hold") or (HoldForm(people=people, prefix="hold") if people else None),
            "task_form": forms.get("task") or TaskForm(whom=doers(shown), prefix="task"),
            "note_form": forms.get("note") or NoteForm(prefix="note"),
        }
    return render(request, "incidents/incident.html", context, status=status)
