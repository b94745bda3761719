"""When an organization works, for programs."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.api import ApiView
from kernel.inputs import Input, StrictBoolean, StrictString
from orgs.models import Calendar, Organization
from orgs.models.calendars import DAYS
from orgs.operations import adopt_official_year, clear_calendar_year, set_calendar, set_calendar_year
from orgs.operations.calendars import LONGEST_NAME, MOST_SPANS

HOURS = "the spans of each weekday, such as 09:00-12:00"
EXPECTED = "the days are a guess, so what is reckoned with them is provisional"


class Part(Input):
    """Within another input: what it does not know is refused as well."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            words = ErrorDetail(_("There is no such field."), code="unknown_field")
            raise serializers.ValidationError({name: [words] for name in sorted(unknown)})
        return super().to_internal_value(data)


class HoursInput(Part):
    def get_fields(self) -> dict[str, Any]:
        return {
            day: serializers.ListField(
                child=StrictString(max_length=11), max_length=MOST_SPANS, required=False
            )
            for day in DAYS
        }


class CalendarInput(Input):
    zone = StrictString(max_length=64)
    hours = HoursInput(help_text=HOURS)


class DayInput(Part):
    date = serializers.DateField()
    works = StrictBoolean()
    name = StrictString(max_length=LONGEST_NAME, required=False, allow_blank=True, default="")


class YearInput(Input):
    days = DayInput(many=True, max_length=366)
    expected = StrictBoolean(required=False, default=False, help_text=EXPECTED)


class CountryInput(Input):
    country = StrictString(min_length=2, max_length=2, help_text="two letters of ISO 3166-1")


class CalendarDayOutput(serializers.Serializer):
    date = serializers.DateField()
    works = serializers.BooleanField()
    name = serializers.CharField()


class CalendarYearOutput(serializers.Serializer):
    year = serializers.IntegerField()
    expected = serializers.BooleanField(help_text=EXPECTED)
    days = CalendarDayOutput(many=True)


class CalendarOutput(serializers.Serializer):
    zone = serializers.CharField()
    hours = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), help_text=HOURS)
    years = serializers.SerializerMethodField(help_text="of each year that was said, the days that differ")

    def get_years(self, calendar: Calendar) -> CalendarYearOutput(many=True):  # type: ignore[valid-type]
        return [
            {
                "year": int(year),
                "expected": said["expected"],
                "days": [{"date": day, "works": works, "name": name} for day, works, name in said["days"]],
            }
            for year, said in sorted(calendar.years.items())
        ]


class CalendarView(ApiView):
    gives = CalendarOutput

    def owner(self, org_id: UUID) -> Organization:
        """Return whose calendar is to change."""
        organization = self.find(Organization, org_id)
        self.allow("orgs.change", organization)
        return organization


class OneCalendar(CalendarView):
    """The office week in UTC, where nothing was said."""

    takes = {"PUT": CalendarInput}

    def get(self, request: Request, org_id: UUID) -> Response:
        organization = self.find(Organization, org_id)
        self.allow("orgs.see_work", organization)
        return self.shown(Calendar.objects.of(organization))

    def put(self, request: Request, org_id: UUID) -> Response:
        organization = self.owner(org_id)
        return self.shown(set_calendar(actor=self.actor, organization=organization, **self.read()))


class CalendarYear(CalendarView):
    """The days of a year that differ from the week; without them the week is a guess."""

    takes = {"PUT": YearInput}

    def put(self, request: Request, org_id: UUID, year: int) -> Response:
        organization = self.owner(org_id)
        said = self.read()
        said["days"] = [(one["date"], one["works"], one["name"]) for one in said["days"]]
        return self.shown(set_calendar_year(actor=self.actor, organization=organization, year=year, **said))

    def delete(self, request: Request, org_id: UUID, year: int) -> Response:
        organization = self.owner(org_id)
        self.read()
        clear_calendar_year(actor=self.actor, organization=organization, year=year)
        return self.gone()


class OfficialYear(CalendarView):
    """Takes the public holidays of a country, and the days that make up for them."""

    takes = {"PUT": CountryInput}

    def put(self, request: Request, org_id: UUID, year: int) -> Response:
        organization = self.owner(org_id)
        calendar = adopt_official_year(actor=self.actor, organization=organization, year=year, **self.read())
        return self.shown(calendar)


urlpatterns = [
    path("orgs/<uuid:org_id>/calendar/", OneCalendar.as_view()),
    path("orgs/<uuid:org_id>/calendar/years/<int:year>/", CalendarYear.as_view()),
    path("orgs/<uuid:org_id>/calendar/years/<int:year>/official/", OfficialYear.as_view()),
]
