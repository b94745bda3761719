"""The operators' pages of how the platform is, and what stands beside all their pages."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from collab import checks
from collab.queue import picture
from kernel.admin import ask, desk, draw, is_operator
from operating.models import TaskFailure
from operating.operations import retry_task

APPS = ("collab", "operating", "oversight")
MOST = 100


@desk
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    return draw(request, "collab/health.html", _found(), title=_("Health"))


@desk
@require_GET
def health_checks(request: HttpRequest) -> HttpResponse:
    return render(request, "collab/_checks.html", _found())


def _found() -> dict[str, Any]:
    found = list(checks.findings())
    return {"found": found, "worst": checks.worst(found)}


@desk
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    return draw(request, "collab/tasks.html", _queue(), title=_("Tasks"))


@desk
@require_GET
def tasks_now(request: HttpRequest) -> HttpResponse:
    return render(request, "collab/_tasks.html", _queue())


def _queue() -> dict[str, Any]:
    return {"queue": picture(), "failures": TaskFailure.objects.all()[:MOST]}


@desk
@require_POST
def task_retrial(request: HttpRequest, failure_id: str) -> HttpResponse:
    failure = get_object_or_404(TaskFailure.objects.visible_to(request.actor), pk=failure_id)  # type: ignore[attr-defined]
    ask(request, retry_task, about=failure.task, failure=failure)
    return redirect("tasks")


# ── Beside every page ────────────────────────────────────────────────────────
def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the operators' own pages first, then the nouns of each app."""
    apps = [
        {"title": app["name"], "items": [_noun(one) for one in app["models"]]}
        for app in admin.site.get_app_list(request)
    ]
    return [{"title": _("Platform"), "items": _pages()}, *apps] if is_operator(request) else apps


def _pages() -> list[dict[str, Any]]:
    """Return each app's ``desk_places``: title, icon, name of the address."""
    places = [
        one for app in APPS if find_spec(f"{app}.desk") for one in import_module(f"{app}.desk").desk_places
    ]
    return [{"title": title, "icon": icon, "link": reverse(name)} for title, icon, name in places]


def _noun(model: dict[str, Any]) -> dict[str, Any]:
    return {"title": model["name"], "link": model["admin_url"]}


desk_places = [
    (gettext_lazy("Health"), "monitor_heart", "health"),
    (gettext_lazy("Tasks"), "checklist", "tasks"),
]

desk_urlpatterns = [
    path("health/", health, name="health"),
    path("health/checks/", health_checks, name="health_checks"),
    path("tasks/", tasks, name="tasks"),
    path("tasks/now/", tasks_now, name="tasks_now"),
    path("tasks/<uuid:failure_id>/retrial/", task_retrial, name="task_retrial"),
]
