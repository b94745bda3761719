"""What is open between us: the page, and the same as a table."""

from datetime import UTC
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audit.tables import sheet
from collab.owed.lines import AGES, Account, accounts_of
from collab.owed.sources import View, lines_of
from kernel.rules import may


@require_GET
def owed(request: HttpRequest) -> HttpResponse:
    found, whole = _accounts(request)
    lines = [line for one in found for line in one.lines]
    context = {
        "accounts": found,
        "whole": whole,
        "may_see_whole": request.actor.org is not None
        and may(request.actor, "orgs.see_owed", request.actor.org),
        "partner": request.GET.get("partner", ""),
        "total": Account(None, lines),  # type: ignore[arg-type]
        "belongs": bool(request.actor.org),
    }
    return render(request, "collab/owed.html", context)


@require_GET
def table(request: HttpRequest) -> HttpResponse:
    found, _whole = _accounts(request)
    response = HttpResponse(sheet(_rows(found)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="open-{timezone.localdate()}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _rows(found: list[Account]) -> Any:
    yield [
        _("Partner"), _("Waits for"), _("What"), _("State"), _("Who"), _("Since (UTC)"), _("Due (UTC)"), _("Standing")
    ]  # fmt: skip
    for account in found:
        for one in account.lines:
            waits_for = _("us") if one.is_ours else account.partner.name
            due = one.due.astimezone(UTC).isoformat(timespec="minutes") if one.due else ""
            since = one.since.astimezone(UTC).isoformat(timespec="minutes")
            yield [account.partner.name, waits_for, one.title, one.waits, one.who, since, due, AGES[one.age]]


def _accounts(request: HttpRequest) -> tuple[list[Account], bool]:
    """Return the accounts that were asked for, and whether they are those of a whole organization."""
    whole = request.GET.get("scope") == "organization"
    found = accounts_of(lines_of(View.of(request.actor, whole=whole)))
    return [one for one in found if _partner(request) in (None, one.partner.pk)], whole


def _partner(request: HttpRequest) -> UUID | None:
    said = request.GET.get("partner")
    try:
        return UUID(said) if said else None
    except ValueError:
        raise Http404 from None


owed_urlpatterns = [
    path("owed/", owed, name="owed"),
    path("owed/owed.csv", table, name="owed_csv"),
]
