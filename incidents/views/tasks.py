"""Tasks of an incident, as those see them who give and who do them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from incidents.forms import DoneForm, GiftForm, TaskChangeForm, TaskForm
from incidents.models import Task
from incidents.operations import add_task, change_task, give_task, remove_task, settle_task
from incidents.queries import doers, doers_of, split
from incidents.resources import INCIDENTS, TASKS
from incidents.views.finding import incident_page, the_incident
from kernel.rules import may, require
from orgs.models import Organization
from orgs.views.finding import done, find, tried


def the_task(request: HttpRequest, incident_id: UUID, task_id: UUID) -> Task:
    incident = find(request, INCIDENTS, incident_id)
    return find(request, TASKS.filter(incident=incident), task_id)


def _whom(said: str) -> dict[str, Any]:
    side, person = split(said)
    assignee = User.objects.get(pk=person) if person else None
    return {"side": Organization.objects.get(pk=side), "assignee": assignee}


@require_POST
def tasks(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Put something more on the list."""
    shown = the_incident(request, incident_id)
    form = TaskForm(request.POST, whom=doers(shown), prefix="task")
    if form.is_valid():
        said = dict(form.cleaned_data)
        whom = said.pop("whom")
        said |= _whom(whom) if whom else {}
        if tried(form, add_task, actor=request.actor, incident=shown, **said):
            messages.success(request, _("It is on the list."))
            return redirect("incident", incident_id)
    return incident_page(request, shown, status=422, task=form)


def task_page(request: HttpRequest, shown: Task, status: int = 200, **forms: Any) -> HttpResponse:
    incident, gives = shown.incident, may(request.actor, "incidents.give_task", shown)
    runs = may(request.actor, "incidents.run", incident)
    context: dict[str, Any] = {"incident": incident, "task": shown, "may_settle": False}
    if not incident.is_closed:
        whom = doers(incident) if runs else doers_of(shown.side)
        given = {"whom": f"{shown.side_id}:{shown.assignee_id or ''}"}
        context |= {
            "may_settle": may(request.actor, "incidents.settle_task", shown),
            "done_form": forms.get("done") or DoneForm(),
            "gift_form": forms.get("gift") or (GiftForm(whom=whom, initial=given) if gives else None),
            "change_form": forms.get("change") or (TaskChangeForm.of(shown) if runs else None),
        }
    return render(request, "incidents/task.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, incident_id: UUID, task_id: UUID) -> HttpResponse:
    """One task; POST says otherwise what is to be done, or until when."""
    shown = the_task(request, incident_id, task_id)
    if request.method != "POST":
        return task_page(request, shown)
    require(request.actor, "incidents.run", shown.incident)
    form = TaskChangeForm.of(shown, request.POST)
    if not form.is_valid():
        return task_page(request, shown, status=422, change=form)
    done(request, _("Saved."), change_task, task=shown, **form.changes)
    return redirect("incident_task", incident_id, task_id)


@require_POST
def completion(request: HttpRequest, incident_id: UUID, task_id: UUID) -> HttpResponse:
    shown = the_task(request, incident_id, task_id)
    require(request.actor, "incidents.settle_task", shown)
    form = DoneForm(request.POST)
    if not form.is_valid():
        return task_page(request, shown, status=422, done=form)
    done(request, _("Done."), settle_task, task=shown, is_done=True, **form.cleaned_data)
    return redirect("incident", incident_id)


@require_POST
def reopening(request: HttpRequest, incident_id: UUID, task_id: UUID) -> HttpResponse:
    shown = the_task(request, incident_id, task_id)
    require(request.actor, "incidents.settle_task", shown)
    done(request, _("It is to be done again."), settle_task, task=shown, is_done=False)
    return redirect("incident_task", incident_id, task_id)


@require_POST
def assignment(request: HttpRequest, incident_id: UUID, task_id: UUID) -> HttpResponse:
    """Give it to a side and, if wanted, to one of its people."""
    shown = the_task(request, incident_id, task_id)
    require(request.actor, "incidents.give_task", shown)
    runs = may(request.actor, "incidents.run", shown.incident)
    form = GiftForm(request.POST, whom=doers(shown.incident) if runs else doers_of(shown.side))
    if not form.is_valid():
        return task_page(request, shown, status=422, gift=form)
    done(request, _("Saved."), give_task, task=shown, **_whom(form.cleaned_data["whom"]))
    return redirect("incident_task", incident_id, task_id)


@require_POST
def task_removal(request: HttpRequest, incident_id: UUID, task_id: UUID) -> HttpResponse:
    shown = the_task(request, incident_id, task_id)
    require(request.actor, "incidents.run", shown.incident)
    done(request, _("It is off the list."), remove_task, task=shown)
    return redirect("incident", incident_id)
