"""What people fill in about the calendar of their organization."""

import csv
import io
from typing import Any, Self
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from kernel.errors import InvalidInput
from orgs import countries
from orgs.holidays import MOST_BYTES, as_lines, read_file, read_lines
from orgs.holidays import countries as known_countries
from orgs.models import Calendar
from orgs.models.calendars import DAYS

NAMES = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}


class HoursForm(forms.Form):
    """The zone, and of each weekday its spans in one line; a day without any is free."""

    zone = forms.ChoiceField(
        label=_("Time zone"), choices=lambda: [(one, one) for one in sorted(available_timezones())]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in DAYS:
            attrs = {"spellcheck": "false", "placeholder": "09:00-12:00 13:00-18:00"}
            self.fields[day] = forms.CharField(
                label=NAMES[day], required=False, max_length=100, widget=forms.TextInput(attrs=attrs)
            )

    @classmethod
    def of(cls, calendar: Calendar) -> Self:
        hours = {day: " ".join(calendar.hours.get(day, [])) for day in DAYS}
        return cls(initial={"zone": calendar.zone, **hours})

    @property
    def week(self) -> list[Any]:
        return [self[day] for day in DAYS]

    def said(self) -> dict[str, Any]:
        hours = {day: self.cleaned_data[day].replace(",", " ").split() for day in DAYS}
        return {"zone": self.cleaned_data["zone"], "hours": hours}


class YearForm(forms.Form):
    """The days of a year, one a line, or a file with them."""

    days = forms.CharField(
        label=_("Days that differ, one a line"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(
            attrs={"rows": 12, "spellcheck": "false", "placeholder": "2026-10-01,off,国庆节\n2026-10-10,work"}
        ),
        help_text=_("The date, off or work, and a name. A day that works makes up for a holiday."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("CSV with such lines, or iCalendar (.ics); it takes the place of what stands above."),
    )
    expected = forms.BooleanField(
        label=_("These days are expected, not yet announced"),
        required=False,
        help_text=_("What is reckoned with them is marked as provisional."),
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    @classmethod
    def of(cls, days: list[Any], year: int, calendar: Calendar) -> Self:
        page = io.StringIO()
        csv.writer(page, lineterminator="\n").writerows(as_lines(days))
        expected = calendar.years.get(str(year), {}).get("expected", False)
        return cls(initial={"days": page.getvalue(), "expected": expected}, year=year)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        brought = said.get("file")
        name = "file" if brought else "days"
        try:
            self.found = (
                read_file(brought.read(MOST_BYTES + 1), self.year)
                if brought
                else read_lines(said.get("days", ""))
            )
        except InvalidInput as error:
            self.add_error(name, str(error.errors[0]["detail"]))
        return said

    def said(self) -> dict[str, Any]:
        return {"days": self.found, "expected": self.cleaned_data["expected"]}


class CountryForm(forms.Form):
    country = forms.ChoiceField(
        label=_("Country or region"),
        choices=lambda: sorted(
            ((one, countries.place_name(one)) for one in known_countries()), key=lambda one: one[1].casefold()
        ),
    )
