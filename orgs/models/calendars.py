"""When an organization works: its zone, its week, and year by year the days that differ from it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import CASCADE
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models.organizations import Organization

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = ["09:00-12:00", "13:00-18:00"]


def office_week() -> dict[str, list[str]]:
    return {day: list(OFFICE) for day in DAYS[:5]}


def home_zone() -> str:
    return settings.TIME_ZONE


class Calendars(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        if actor.sees_all:
            return self
        return self.filter(organization__in=Organization.objects.worked_for(actor).values("pk"))

    def of(self, organization: Organization) -> "Calendar":
        """Return the organization's, or the office week where it has set none."""
        return self.filter(organization=organization).first() or Calendar(organization=organization)


class Calendar(Base):
    """``hours`` names the spans of each weekday; ``years`` holds of each year the days that differ.

    A year reads ``{"expected": bool, "days": [[day, works, name]]}``. Of a year that is not there, or only expected,
    the week is a guess.
    """

    organization = models.OneToOneField("orgs.Organization", CASCADE, related_name="calendar")
    zone = models.CharField(_("Time zone"), max_length=64, default=home_zone)
    hours = models.JSONField(default=office_week)
    years = models.JSONField(default=dict)

    objects = Calendars.as_manager()

    class Meta:
        verbose_name = _("Calendar")

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def differing(self) -> dict[date, tuple[bool, str]]:
        """Return the days that differ from the week: whether one works, and what the day is called."""
        if "_differing" not in self.__dict__:
            said = [one for year in self.years.values() for one in year["days"]]
            self._differing = {date.fromisoformat(day): (works, name) for day, works, name in said}
        return self._differing

    def is_sure(self, year: int) -> bool:
        """Tell whether somebody said which days of that year differ."""
        said: dict[str, Any] | None = self.years.get(str(year))
        return said is not None and not said["expected"]

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return the working spans of a local day, in UTC, in order; a day that makes up for another has the hours
        of the week's first working day."""
        found = []
        last = datetime.min.replace(tzinfo=UTC)
        for begin, end in self._minutes(day):
            start = max(instant(day, begin, self.tz), last)
            last = max(instant(day, end, self.tz), last)
            if start < last:
                found.append((start, last))
        return found

    def _minutes(self, day: date) -> Iterator[tuple[int, int]]:
        works, _name = self.differing.get(day, (None, ""))
        usual = self.hours.get(DAYS[day.weekday()], [])
        if works is False:
            return
        if works and not usual:
            usual = next((self.hours[one] for one in DAYS if self.hours.get(one)), [])
        for said in usual:
            yield span_of(said)


def span_of(said: str) -> tuple[int, int]:
    """Return ``09:00-12:30`` as minutes of the day."""
    begin, _dash, end = said.partition("-")
    return _minute(begin), _minute(end)


def _minute(said: str) -> int:
    hour, _colon, minute = said.partition(":")
    return int(hour) * 60 + int(minute)


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the moment of a local clock, in UTC: of an hour that comes twice the first, of one that is left out
    the moment the clock is put forward."""
    local = datetime.combine(day, time()) + timedelta(minutes=minute)
    return moment_of(local, zone)


def moment_of(local: datetime, zone: ZoneInfo) -> datetime:
    """As ``instant``, of a local date and time without a zone."""
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return turn_of(zone, second, first) if second < first else first


def turn_of(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the second, between two moments, at which the clock was put forward or back."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before).total_seconds() // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
