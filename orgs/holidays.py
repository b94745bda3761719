"""Public holidays by country, and calendars as files: one day a line, or iCalendar."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import holidays
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from icalendar import Calendar as Sheet
from icalendar import Event

from kernel.errors import InvalidInput

Day = tuple[date, bool, str]
# They move weekends, and say so late in the year before: without that what is known of a year is a guess.
MOVE_WEEKENDS = {"CN"}
WORKING = re.compile(r"班|调休上班|make-?up|working ?day", re.IGNORECASE)
WORDS = {"off": False, "work": True, "休": False, "班": True}
MOST_EVENTS = 4000
MOST_BYTES = 1024 * 1024


def countries() -> list[str]:
    """Return those of which holidays are known, by the two letters of ISO 3166-1."""
    return sorted(one for one in holidays.list_supported_countries(include_aliases=False) if len(one) == 2)


def official_days(country: str, year: int) -> tuple[list[Day], bool]:
    """Return the days that differ, and whether that is a guess.

    Raises:
        InvalidInput: nothing is known.
    """
    try:
        known = holidays.country_holidays(country, years=year, language=_language(country))
    except NotImplementedError:
        raise InvalidInput.at("/country", "unknown", _("No holidays of this country are known.")) from None
    off = [(day, False, name) for day, name in known.items() if day.year == year]
    if not off:
        raise InvalidInput.at("/year", "unknown", _("No holidays of this year are known."))
    working = [(day, True, "") for day in known.weekend_workdays if day.year == year]
    return sorted(off + working), country in MOVE_WEEKENDS and not working


def _language(country: str) -> str | None:
    """Return the page's language where the holidays have names in it; else they have their own."""
    known = holidays.list_localized_countries(include_aliases=False).get(country, [])
    wanted = {"zh-hans": "zh_CN"}.get(get_language() or "en", "en_US")
    return wanted if wanted in known else None


def read_file(content: bytes, year: int) -> list[Day]:
    """Return the days of ``year`` that a file names; it is iCalendar or a table of day, off or work, and name.

    Raises:
        InvalidInput: it is too long or cannot be read, or names no day of that year.
    """
    if len(content) > MOST_BYTES:
        raise InvalidInput.at("/file", "too_long", _("A calendar takes at most 1 MiB."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput.at("/file", "invalid", _("Write it in UTF-8.")) from None
    days = _sheet(text) if text.lstrip().startswith("BEGIN:VCALENDAR") else read_lines(text)
    found = {day: (day, works, name) for day, works, name in days if day.year == year}
    if not found:
        raise InvalidInput.at("/file", "empty", _("It names no day of this year."))
    return [found[day] for day in sorted(found)]


def read_lines(text: str) -> list[Day]:
    """Return the days of a table, one a line: ``2026-10-01,off,National Day``. A head is passed over."""
    found = []
    for place, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells = [cell.strip().lstrip("'") for cell in row]
        if not any(cells) or (place == 1 and cells[0].casefold() in ("date", "日期")):
            continue
        found.append(_line(place, cells))
        if len(found) > MOST_EVENTS:
            raise InvalidInput.at("/file", "too_long", _("These are too many days."))
    return found


def _line(place: int, cells: list[str]) -> Day:
    try:
        day, kind, name = date.fromisoformat(cells[0]), WORDS[cells[1].casefold()], ", ".join(cells[2:])
    except (ValueError, KeyError, IndexError):
        words = _("Line %(place)d is no day: write 2026-10-01,off,name or 2026-10-10,work.")
        raise InvalidInput.at("/days", "invalid", words % {"place": place}) from None
    return day, kind, name


def _sheet(text: str) -> list[Day]:
    """Return the whole days of an iCalendar; what has an hour is a meeting."""
    found: list[Day] = []
    try:
        for place, event in enumerate(Sheet.from_ical(text).walk("VEVENT")):
            if place > MOST_EVENTS or len(found) > MOST_EVENTS:
                raise InvalidInput.at("/file", "too_long", _("These are too many days."))
            found += _event(event)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise InvalidInput.at("/file", "invalid", _("This is no calendar that can be read.")) from None
    return found


def _event(event: Event) -> list[Day]:
    start = event.decoded("dtstart", None)
    if not isinstance(start, date) or isinstance(start, datetime):
        return []
    end = event.decoded("dtend", None)
    last = end if isinstance(end, date) and not isinstance(end, datetime) else start + timedelta(days=1)
    length = min(max((last - start).days, 1), 366)
    name = str(event.get("summary", ""))
    kinds = {str(one).upper() for one in getattr(event.get("categories"), "cats", [])}
    works = "WORKDAY" in kinds or bool(WORKING.search(name))
    return [(start + timedelta(days=one), works, name) for one in range(length)]


def as_lines(days: Iterable[Day]) -> list[list[str]]:
    return [[day.isoformat(), "work" if works else "off", name] for day, works, name in days]


def as_sheet(title: str, key: str, days: Iterable[Day]) -> bytes:
    """Return iCalendar; the same day has the same key each time, so that a calendar that takes it twice has it once."""
    sheet = Sheet()
    sheet.add("prodid", "-//Collab//calendar//EN")
    sheet.add("version", "2.0")
    sheet.add("x-wr-calname", title)
    for day, works, name in days:
        event = Event()
        event.add("uid", f"{key}-{day.isoformat()}@collab")
        event.add("dtstamp", datetime.combine(day, datetime.min.time(), UTC))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", name or str(_("Working day") if works else _("Holiday")))
        event.add("categories", ["WORKDAY" if works else "HOLIDAY"])
        event.add("transp", "TRANSPARENT")
        sheet.add_component(event)
    return bytes(sheet.to_ical())
