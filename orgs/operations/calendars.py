"""An organization says when it works."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models.people import validate_time_zone
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.events import CalendarChanged
from orgs.holidays import official_days
from orgs.models import Calendar, Organization
from orgs.models.calendars import DAYS, span_of
from orgs.operations.hats import under

SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")
MOST_SPANS = 6
YEARS = range(2000, 2101)
LONGEST_NAME = 80
Day = tuple[date, bool, str]  # the day, whether one works on it, what it is called


@operation
def set_calendar(
    *, actor: Actor, organization: Organization, zone: str, hours: dict[str, list[str]]
) -> Calendar:
    """Say where the clock hangs and when the week is worked: ``{"mon": ["09:00-12:00", ...]}``.

    Raises:
        InvalidInput: no such zone; spans that cannot be read, lie across each other, or none at all.

    Emits: CalendarChanged, if something changed.
    """
    calendar = _held(actor, organization)
    hours = _checked(zone, hours)
    if calendar.zone == zone and calendar.hours == hours and not calendar._state.adding:
        return calendar
    calendar.zone, calendar.hours = zone, hours
    return _kept(calendar, actor)


@operation
def set_calendar_year(
    *, actor: Actor, organization: Organization, year: int, days: Iterable[Day], expected: bool = False
) -> Calendar:
    """Say which days of a year differ from the week; those said before are forgotten.

    Args:
        expected: they are a guess, so what is reckoned with them is provisional.

    Raises:
        InvalidInput: a year out of reach, a day of another one, or one said twice.

    Emits: CalendarChanged, if something changed.
    """
    calendar = _held(actor, organization)
    said = {"expected": expected, "days": _days_of(year, days)}
    if calendar.years.get(str(year)) == said:
        return calendar
    calendar.years = calendar.years | {str(year): said}
    return _kept(calendar, actor, year)


@operation
def adopt_official_year(*, actor: Actor, organization: Organization, year: int, country: str) -> Calendar:
    """Take the public holidays of a country, and the days that make up for them. Where a country is known to announce
    those late and has not yet, the year is expected.

    Raises:
        InvalidInput: nothing is known of that country or year.

    Emits: CalendarChanged, if something changed.
    """
    days, expected = official_days(country, year)
    return set_calendar_year(actor=actor, organization=organization, year=year, days=days, expected=expected)


@operation
def clear_calendar_year(*, actor: Actor, organization: Organization, year: int) -> Calendar:
    """Forget what was said of a year; the week alone counts, provisionally.

    Emits: CalendarChanged, if something was said.
    """
    calendar = _held(actor, organization)
    if str(year) not in calendar.years:
        return calendar
    calendar.years = {key: said for key, said in calendar.years.items() if key != str(year)}
    return _kept(calendar, actor, year)


def _held(actor: Actor, organization: Organization) -> Calendar:
    """Lock the organization, which stands there even before its calendar does."""
    organization = Organization.objects.locked(organization.pk)
    require(actor, "orgs.change", organization)
    return Calendar.objects.of(organization)


def _kept(calendar: Calendar, actor: Actor, year: int | None = None) -> Calendar:
    calendar.save()
    emit(CalendarChanged.of(calendar.organization, under(actor, calendar.organization), year=year))
    return calendar


def _checked(zone: str, hours: Any) -> dict[str, list[str]]:
    try:
        validate_time_zone(zone)
    except ValidationError:
        raise InvalidInput.at("/zone", "unknown", _("There is no such time zone.")) from None
    if not isinstance(hours, dict) or set(hours) - set(DAYS):
        raise InvalidInput.at(
            "/hours", "unknown", _("Say the hours of mon, tue, wed, thu, fri, sat and sun.")
        )
    found = {day: _spans(day, hours[day]) for day in DAYS if hours.get(day)}
    if not found:
        raise InvalidInput.at("/hours", "required", _("Somebody works at some time of the week."))
    return found


def _spans(day: str, said: Any) -> list[str]:
    words = _("Write spans like 09:00-12:00, in order and apart, at most six.")
    fits = isinstance(said, list) and len(said) <= MOST_SPANS
    if not fits or not all(isinstance(one, str) and SPAN.fullmatch(one) for one in said):
        raise InvalidInput.at(f"/hours/{day}", "invalid", words)
    minutes = [minute for one in said for minute in span_of(one)]
    if any(later <= earlier for earlier, later in zip(minutes[::2], minutes[1::2], strict=True)):
        raise InvalidInput.at(f"/hours/{day}", "invalid", words)
    if minutes != sorted(minutes):
        raise InvalidInput.at(f"/hours/{day}", "invalid", words)
    return list(said)


def _days_of(year: int, days: Iterable[Day]) -> list[list[Any]]:
    if year not in YEARS:
        raise InvalidInput.at("/year", "out_of_range", _("A year from 2000 to 2100."))
    found: dict[date, list[Any]] = {}
    for place, (day, works, name) in enumerate(days):
        if day.year != year:
            raise InvalidInput.at(f"/days/{place}/date", "other_year", _("This day lies in another year."))
        if day in found:
            raise InvalidInput.at(f"/days/{place}/date", "repeated", _("This day is said twice."))
        found[day] = [day.isoformat(), works, name.strip()[:LONGEST_NAME]]
    return [found[day] for day in sorted(found)]
