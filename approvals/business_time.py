"""Durations as definitions write them, added to a moment on an organization's calendar.

``2h`` and ``30m`` pass on every clock. ``3d`` is three days later at the same local time. ``8bh`` counts working hours
alone; ``2bd`` is two working days later at the same local time, or when that day's work begins or ends.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from kernel.errors import NotNow
from orgs.models.calendars import Calendar, moment_of, turn_of

DURATION = re.compile(r"(-?)([0-9]{1,4})(m|h|d|bh|bd)")
FARTHEST = 3660  # days to either side
DAY = timedelta(days=1)


class NeverWorks(NotNow):
    code = "never_works"
    sentence = _("The calendar has no such working time within ten years.")


class Moment(NamedTuple):
    at: datetime  # UTC
    provisional: bool  # a year on the way has no days of its own, or only expected ones


class Duration(NamedTuple):
    amount: int
    unit: str


def read(said: str) -> Duration:
    """Return what was written.

    Raises:
        ValueError: it is no duration.
    """
    found = DURATION.fullmatch(said)
    if found is None:
        raise ValueError(f"no duration: {said}")
    sign, amount, unit = found.groups()
    return Duration(-int(amount) if sign else int(amount), unit)


def add(start: datetime, said: str, calendar: Calendar) -> Moment:
    """Return the moment that lies ``said`` after ``start``, or before it.

    Raises:
        ValueError: ``said`` is no duration.
        NeverWorks: there is not so much working time.
    """
    amount, unit = read(said)
    start = start.astimezone(UTC)
    match unit:
        case "m":
            return Moment(start + timedelta(minutes=amount), False)
        case "h":
            return Moment(start + timedelta(hours=amount), False)
        case "d":
            return Moment(moment_of(_clock(start, calendar) + amount * DAY, calendar.tz), False)
        case "bh":
            at = _hours(start, amount * 3600, calendar)
        case _:
            at = _days(start, amount, calendar)
    return Moment(at, is_guess(start, at, calendar))


def is_guess(one: datetime, other: datetime, calendar: Calendar) -> bool:
    years = sorted((one.astimezone(calendar.tz).year, other.astimezone(calendar.tz).year))
    return not all(calendar.is_sure(year) for year in range(years[0], years[1] + 1))


def _clock(at: datetime, calendar: Calendar) -> datetime:
    """Return what the clock on the wall shows; in an hour that comes a second time, the end of that hour."""
    local = at.astimezone(calendar.tz)
    if local.fold:
        first = local.replace(fold=0).astimezone(UTC)
        turn = turn_of(calendar.tz, first, at)
        back = first.astimezone(calendar.tz).utcoffset()
        assert back is not None
        return (turn + back).replace(tzinfo=None)
    return local.replace(tzinfo=None)


def _from(at: datetime, calendar: Calendar, step: int) -> list[date]:
    first = at.astimezone(calendar.tz).date()
    return [first + timedelta(days=step * one) for one in range(FARTHEST)]


def _hours(start: datetime, seconds: float, calendar: Calendar) -> datetime:
    if seconds == 0:
        return start
    return _onward(start, seconds, calendar) if seconds > 0 else _backward(start, -seconds, calendar)


def working(start: datetime, end: datetime, calendar: Calendar) -> float:
    """Return the seconds of work that lie between two moments."""
    found = 0.0
    for day in _from(start, calendar, 1):
        spans = calendar.spans(day)
        if day > end.astimezone(calendar.tz).date():
            break
        found += sum(max((min(last, end) - max(first, start)).total_seconds(), 0) for first, last in spans)
    return found


def go_on(start: datetime, seconds: float, calendar: Calendar) -> datetime:
    """Return when as many seconds of work have passed.

    Raises:
        NeverWorks: there are not so many.
    """
    return _hours(start, seconds, calendar)


def _onward(start: datetime, left: float, calendar: Calendar) -> datetime:
    for day in _from(start, calendar, 1):
        for begin, end in calendar.spans(day):
            begin = max(begin, start)
            there = (end - begin).total_seconds()
            if there >= left:
                return begin + timedelta(seconds=left)
            left -= max(there, 0)
    raise NeverWorks


def _backward(start: datetime, left: float, calendar: Calendar) -> datetime:
    for day in _from(start, calendar, -1):
        for begin, end in reversed(calendar.spans(day)):
            end = min(end, start)
            there = (end - begin).total_seconds()
            if there >= left:
                return end - timedelta(seconds=left)
            left -= max(there, 0)
    raise NeverWorks


def _days(start: datetime, amount: int, calendar: Calendar) -> datetime:
    if amount == 0:
        return start
    start = next_work(start, calendar) if amount > 0 else last_work(start, calendar)
    left = abs(amount)
    for day in _from(start, calendar, 1 if amount > 0 else -1)[1:]:
        spans = calendar.spans(day)
        if spans:
            left -= 1
        if not left:
            clock = datetime.combine(day, _clock(start, calendar).time())
            return _within(moment_of(clock, calendar.tz), spans, onward=amount > 0)
    raise NeverWorks


def _within(at: datetime, spans: list[tuple[datetime, datetime]], *, onward: bool) -> datetime:
    """Return ``at``, or in a pause the end of it on the way: what begins next, or has ended last."""
    if onward:
        return next((max(at, begin) for begin, end in spans if at <= end), spans[-1][1])
    return next((min(at, end) for begin, end in reversed(spans) if at >= begin), spans[0][0])


def next_work(at: datetime, calendar: Calendar) -> datetime:
    """Return ``at`` if somebody works then, else when they do next."""
    for day in _from(at, calendar, 1):
        for begin, end in calendar.spans(day):
            if at <= end:
                return max(at, begin)
    raise NeverWorks


def last_work(at: datetime, calendar: Calendar) -> datetime:
    """Return ``at`` if somebody works then, else when they did last."""
    for day in _from(at, calendar, -1):
        for begin, end in reversed(calendar.spans(day)):
            if at >= begin:
                return min(at, end)
    raise NeverWorks
