"""The calendar of an organization: its hours, and year by year its holidays."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.tables import sheet
from kernel.errors import NotVisible
from kernel.rules import may
from orgs.calendar_forms import CountryForm, HoursForm, YearForm
from orgs.holidays import as_lines, as_sheet
from orgs.models import Calendar, Organization
from orgs.operations import adopt_official_year, clear_calendar_year, set_calendar, set_calendar_year
from orgs.operations.calendars import YEARS
from orgs.views.finding import done, the_org, tried


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest, org_id: UUID) -> HttpResponse:
    is_sent = request.method == "POST"
    organization = the_org(request, org_id, "orgs.change" if is_sent else "orgs.see_work")
    form = HoursForm(request.POST) if is_sent else None
    if form is not None and form.is_valid():
        said = form.said()
        if tried(form, set_calendar, actor=request.actor, organization=organization, **said):
            messages.success(request, _("Saved."))
            return redirect("org_calendar", org_id)
    return _page(request, organization, _year(request), hours=form)


@require_POST
def calendar_year(request: HttpRequest, org_id: UUID, year: int) -> HttpResponse:
    organization = the_org(request, org_id, "orgs.change")
    form = YearForm(request.POST, request.FILES, year=year)
    if form.is_valid() and tried(
        form, set_calendar_year, actor=request.actor, organization=organization, year=year, **form.said()
    ):
        messages.success(request, _("Saved."))
        return _back(org_id, year)
    return _page(request, organization, year, days=form)


@require_POST
def official_year(request: HttpRequest, org_id: UUID, year: int) -> HttpResponse:
    organization = the_org(request, org_id, "orgs.change")
    form = CountryForm(request.POST)
    if form.is_valid() and tried(
        form,
        adopt_official_year,
        actor=request.actor,
        organization=organization,
        year=year,
        **form.cleaned_data,
    ):
        messages.success(request, _("The public holidays stand in the calendar."))
        return _back(org_id, year)
    return _page(request, organization, year, country=form)


@require_POST
def year_removal(request: HttpRequest, org_id: UUID, year: int) -> HttpResponse:
    organization = the_org(request, org_id, "orgs.change")
    done(request, _("The year is cleared."), clear_calendar_year, organization=organization, year=year)
    return _back(org_id, year)


@require_GET
def year_file(request: HttpRequest, org_id: UUID, year: int, form: str) -> HttpResponse:
    """The days of a year, as a table or for calendars."""
    organization = the_org(request, org_id, "orgs.see_work")
    days = _days(Calendar.objects.of(organization), year)
    if not days:
        raise NotVisible
    if form == "ics":
        content, kind = as_sheet(f"{organization.name} {year}", str(organization.pk), days), "text/calendar"
    else:
        content, kind = sheet([["date", "day", "name"], *as_lines(days)]).encode(), "text/csv"
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{organization.slug}-{year}.{form}"'
    return response


def _back(org_id: UUID, year: int) -> HttpResponse:
    answer = redirect("org_calendar", org_id)
    answer["Location"] += f"?year={year}#year"
    return answer


def _year(request: HttpRequest) -> int:
    said = request.GET.get("year", "")
    known = said.isascii() and said.isdigit() and len(said) == 4 and int(said) in YEARS
    return int(said) if known else timezone.localdate().year


def _days(calendar: Calendar, year: int) -> list[Any]:
    return [(day, works, name) for day, (works, name) in calendar.differing.items() if day.year == year]


def _page(
    request: HttpRequest,
    organization: Organization,
    year: int,
    *,
    hours: HoursForm | None = None,
    days: YearForm | None = None,
    country: CountryForm | None = None,
) -> HttpResponse:
    calendar = Calendar.objects.of(organization)
    this = timezone.localdate().year
    found = _days(calendar, year)
    context = {
        "organization": organization,
        "calendar": calendar,
        "year": year,
        "years": sorted({this, this + 1, year, *map(int, calendar.years)}),
        "days": found,
        "is_said": str(year) in calendar.years,
        "is_sure": calendar.is_sure(year),
        "changes": may(request.actor, "orgs.change", organization),
        "hours": hours or HoursForm.of(calendar),
        "days_form": days or YearForm.of(found, year, calendar),
        "country": country or CountryForm(initial={"country": organization.country or "CN"}),
    }
    wrong = any(form is not None and form.errors for form in (hours, days, country))
    return render(request, "orgs/calendar.html", context, status=422 if wrong else 200)
