"""The pages on which an organization keeps its forms: which there are, their versions, what runs by them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.comparison import compared
from approvals.definition_forms import NewDefinitionForm
from approvals.definitions import STATES, Row, row_of, rows_of
from approvals.models import Definition, Version
from approvals.operations import (
    create_definition,
    delete_definition,
    publish_definition,
    retire_definition,
)
from approvals.reading import written
from audit.tables import sheet
from kernel.errors import InvalidInput, NotNow
from kernel.rules import require
from orgs.models import Organization

MOST_FAULTS = 10


def own_organization(request: HttpRequest) -> Organization:
    """Return the organization of the hat, if its forms are this person's to lay down."""
    require(request.actor, "approvals.manage_definitions", request.actor.org)
    return request.actor.org


def kept(request: HttpRequest, definition_id: UUID) -> Definition:
    rows = Definition.objects.visible_to(request.actor).select_related("organization", "current")
    definition = get_object_or_404(rows, pk=definition_id)
    require(request.actor, "approvals.manage_definitions", definition.organization)
    return definition


def _narrowed(request: HttpRequest) -> tuple[list[Row], dict[str, str]]:
    said = request.GET
    state = said.get("state", "")
    wanted = {"q": said.get("q", "").strip()[:100], "state": state if state in STATES else ""}
    return rows_of(own_organization(request).pk, **wanted), wanted


@require_GET
def definitions(request: HttpRequest) -> HttpResponse:
    rows, wanted = _narrowed(request)
    context = {"rows": rows, "wanted": wanted, "states": Version.State.choices}
    return render(request, "approvals/definitions.html", context)


@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """The same list, as spreadsheets open it."""
    rows, _wanted = _narrowed(request)
    response = HttpResponse(sheet(_lines(rows)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="forms-{timezone.localdate()}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _lines(rows: list[Row]) -> Iterator[list[Any]]:
    yield [_("Key"), _("Form"), _("State"), _("In force"), _("Draft"), _("Requests under way")]
    for one in rows:
        in_force, draft = one.in_force, one.draft
        state = Version.State(one.state).label
        versions = [version.number if version else "" for version in (in_force, draft)]
        yield [one.definition.key, one.definition.name, state, *versions, one.open]


@require_http_methods(["GET", "HEAD", "POST"])
def new_definition(request: HttpRequest) -> HttpResponse:
    """Lay down a form: empty, as a copy, or from a file."""
    organization = own_organization(request)
    begun = {"source": request.GET.get("of", "")[:80]}
    form = NewDefinitionForm(
        request.POST or None, request.FILES or None, organization=organization, initial=begun
    )
    if request.method == "POST" and form.is_valid() and (body := form.body()) is not None:
        try:
            version = create_definition(actor=request.actor, organization=organization, body=body)
        except InvalidInput as refused:
            for one in refused.errors[:MOST_FAULTS]:
                form.add_error(
                    "file" if form.cleaned_data.get("file") else None, f"{one['pointer']} {one['detail']}"
                )
        except NotNow as refused:
            form.add_error("key", str(refused.sentence))
        else:
            return redirect("definition", version.definition_id)
    status = 422 if request.method == "POST" else 200
    return render(request, "approvals/definition_new.html", {"form": form}, status=status)


@require_GET
def definition(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    row = row_of(kept(request, definition_id))
    return render(
        request, "approvals/definition.html", {"row": row, "definition": row.definition, "faults": []}
    )


@require_POST
def publication(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """Publish the draft, or say at which places it cannot be."""
    found = kept(request, definition_id)
    draft = found.versions.filter(state=Version.State.DRAFT).first()
    if draft is None:
        messages.error(request, _("There is no draft to publish."))
        return redirect("definition", found.pk)
    try:
        version = publish_definition(actor=request.actor, version=draft)
    except InvalidInput as refused:
        context = {"row": row_of(found), "definition": found, "faults": refused.errors}
        return render(request, "approvals/definition.html", context, status=422)
    words = _("Version %(number)d is in force. Requests under way stay on theirs.") % {
        "number": version.number
    }
    messages.success(request, words)
    return redirect("definition", found.pk)


@require_POST
def retirement(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    found = kept(request, definition_id)
    try:
        retire_definition(actor=request.actor, definition=found)
    except NotNow as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(request, _("Nobody can begin with this form any more. What runs goes on."))
    return redirect("definition", found.pk)


@require_POST
def deletion(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    found = kept(request, definition_id)
    try:
        delete_definition(actor=request.actor, definition=found)
    except NotNow as refused:
        messages.error(request, str(refused.sentence))
        return redirect("definition", found.pk)
    messages.success(
        request, _("%(form)s is deleted. Requests that have ended stay readable.") % {"form": found.name}
    )
    return redirect("definitions")


@require_GET
def export(request: HttpRequest, definition_id: UUID, version_id: UUID) -> HttpResponse:
    """One version as a file; brought to another organization, it begins a form there."""
    found = kept(request, definition_id)
    version = get_object_or_404(found.versions.all(), pk=version_id)
    response = HttpResponse(written(version.body), content_type="application/json; charset=utf-8")
    name = f"{found.key}-v{version.number}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_GET
def comparison(request: HttpRequest, definition_id: UUID) -> HttpResponse:
    """What is different between two versions; without any named, between the newest two."""
    found = kept(request, definition_id)
    versions = list(found.versions.order_by("-number").defer("body"))
    newer = _numbered(versions, request.GET.get("to", ""), versions[0])
    older = _numbered(versions, request.GET.get("from", ""), versions[min(1, len(versions) - 1)])
    context = {"definition": found, "versions": versions, "newer": newer, "older": older}
    context["changes"] = compared(older.body, newer.body)
    return render(request, "approvals/comparison.html", context)


def _numbered(versions: list[Version], said: str, otherwise: Version) -> Version:
    return next((one for one in versions if str(one.number) == said), otherwise)


urlpatterns = [
    path("approvals/definitions/", definitions, name="definitions"),
    path("approvals/definitions/definitions.csv", table, name="definitions_csv"),
    path("approvals/definitions/new/", new_definition, name="definition_new"),
    path("approvals/definitions/<uuid:definition_id>/", definition, name="definition"),
    path(
        "approvals/definitions/<uuid:definition_id>/publication/", publication, name="definition_publication"
    ),
    path("approvals/definitions/<uuid:definition_id>/retirement/", retirement, name="definition_retirement"),
    path("approvals/definitions/<uuid:definition_id>/deletion/", deletion, name="definition_deletion"),
    path("approvals/definitions/<uuid:definition_id>/comparison/", comparison, name="definition_comparison"),
    path(
        "approvals/definitions/<uuid:definition_id>/versions/<uuid:version_id>/definition.json",
        export,
        name="definition_export",
    ),
]
