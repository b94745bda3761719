"""The list of requests as a table, and many decisions at once."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from approvals.batch import approve_all, read_choices
from approvals.inbox import Wanted, page_of
from approvals.queries import Line, lines_of
from audit.tables import sheet
from kernel.errors import InvalidInput

MOST_ROWS, AT_ONCE = 5000, 500


@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """What the list shows, as spreadsheets open it."""
    response = HttpResponse(sheet(_rows(request)), content_type="text/csv; charset=utf-8")
    name = f"approvals-{timezone.localdate()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _rows(request: HttpRequest) -> Iterator[list[Any]]:
    wanted, after, left = Wanted.read(request.GET), "", MOST_ROWS
    copies = wanted.tab == "copies"
    yield [
        _("Number"), pgettext("thing", "Title"), _("Form"), _("Asked by"), _("Organization"), _("Partners"), _("State"), _("Amount"),
        _("Currency"), _("Since (UTC)"), _("Due (UTC)"), *([pgettext("approval", "Read")] if copies else []),
    ]  # fmt: skip
    while left > 0:
        found, after = page_of(request.actor, wanted, after, min(AT_ONCE, left))
        lines = lines_of(request.actor, found, copies=copies)
        yield from (
            _row(line) + ([_("No") if line.is_unread else _("Yes")] if copies else []) for line in lines
        )
        left -= len(found)
        if not after:
            return


def _row(line: Line) -> list[Any]:
    one, amount = line.instance, line.amount or {}
    return [
        one.number, one.title, one.definition.name, one.initiator.name, one.acting_org.name,
        ", ".join(org.name for org in line.others), one.get_state_display(), amount.get("amount", ""),
        amount.get("currency", ""), line.at.astimezone(UTC).isoformat(timespec="minutes"),
        line.due.astimezone(UTC).isoformat(timespec="minutes") if line.due else "",
    ]  # fmt: skip


@require_POST
def batch(request: HttpRequest) -> HttpResponse:
    """Approve what was ticked; each has its own answer."""
    try:
        chosen = read_choices(request.POST.getlist("chosen"))
    except InvalidInput as error:
        messages.error(request, str(error.errors[0]["detail"]))
        return redirect("approvals")
    results = approve_all(request.actor, chosen, request.POST.get("comment", "")[:10_000].strip())
    refused = [one for one in results if one.error is not None]
    context = {"results": results, "approved": len(results) - len(refused), "refused": refused}
    return render(request, "approvals/batch.html", context)


urlpatterns = [
    path("approvals/approvals.csv", table, name="approvals_csv"),
    path("approvals/batch/", batch, name="approvals_batch"),
]
