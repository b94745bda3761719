"""A table of a request's form, as spreadsheets open it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from approvals.projection import View
from approvals.tabular import Sheet
from approvals.views import found
from audit.tables import sheet
from kernel.errors import NotVisible


@require_GET
def table(request: HttpRequest, instance_id: UUID, field_id: str) -> HttpResponse:
    """Return what the viewer's side sees of it; a table that is not shown to them is not there."""
    view = View(found(request, instance_id), request.actor)
    shown = next((one for one in view.fields if one.id == field_id and one.sheet), None)
    if shown is None or shown.sheet is None:
        raise NotVisible
    response = HttpResponse(sheet(_rows(shown.sheet)), content_type="text/csv; charset=utf-8")
    name = f"{view.instance.number or 'draft'}-{field_id}.csv".replace("/", "-")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _rows(shown: Sheet) -> Iterator[list[Any]]:
    """Amounts and their currencies stand in columns of their own, so that sums can be made."""
    yield list(shown.head)
    yield from shown.cells


urlpatterns = [
    path("approvals/<uuid:instance_id>/tables/<slug:field_id>/", table, name="approval_table"),
]
