"""An organization's calendar: whoever steers it says, whoever works there reads, files bring and take it along."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from audit.models import Entry
from audit.tasks import seal
from kernel.errors import InvalidInput, NotAllowed
from orgs.calendar_forms import CountryForm
from orgs.holidays import as_sheet, official_days, read_file
from orgs.models import Calendar
from orgs.operations import adopt_official_year, clear_calendar_year, set_calendar, set_calendar_year

WEEK = {"mon": ["08:00-12:00", "13:00-17:00"], "sat": ["09:00-12:00"]}


@pytest.fixture
def where(cast):
    return f"orgs/{cast.northwind.pk}/calendar/"


def test_an_owner_sets_the_week_and_the_record_says_so(api, cast, where):
    nora = api("nora")
    assert nora.get(where).json()["hours"]["fri"] == ["09:00-12:00", "13:00-18:00"], (
        "premise: the office week"
    )

    answer = nora.put(where, {"zone": "Asia/Shanghai", "hours": WEEK})

    assert answer.status_code == 200, answer.json()
    assert api("nils").get(where).json() == {"zone": "Asia/Shanghai", "hours": WEEK, "years": []}
    nora.put(where, {"zone": "Asia/Shanghai", "hours": WEEK})
    seal()
    assert Entry.objects.filter(name="orgs.calendar_changed", chain__noun_id=cast.northwind.pk).count() == 1


@pytest.mark.parametrize(
    ("hours", "pointer"),
    [
        ({}, "/hours"),
        ({"mon": ["9:00-12:00"]}, "/hours/mon"),
        ({"mon": ["12:00-09:00"]}, "/hours/mon"),
        ({"mon": ["09:00-12:00", "11:00-13:00"]}, "/hours/mon"),
        ({"mon": ["09:00-25:00"]}, "/hours/mon"),
        ({"moon": ["09:00-12:00"]}, "/hours/moon"),
    ],
)
def test_hours_that_cannot_be_worked_are_refused(api, where, hours, pointer):
    answer = api("nora").put(where, {"zone": "Asia/Shanghai", "hours": hours})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert not Calendar.objects.exists()


def test_members_read_it_and_change_nothing(api, cast, where):
    assert api("nils").put(where, {"zone": "UTC", "hours": WEEK}).status_code == 403
    with pytest.raises(NotAllowed):
        set_calendar_year(actor=cast.nils, organization=cast.northwind, year=2026, days=[])
    assert api("sol").get(where).status_code == 403, "a partner counts by its own"


def test_a_year_is_said_whole_and_forgotten_whole(api, cast, where):
    nora = api("nora")
    days = [{"date": "2026-10-01", "works": False, "name": "国庆节"}, {"date": "2026-10-10", "works": True}]

    said = nora.put(f"{where}years/2026/", {"days": days}).json()["years"]

    assert [one["date"] for one in said[0]["days"]] == ["2026-10-01", "2026-10-10"]
    assert Calendar.objects.of(cast.northwind).is_sure(2026)
    assert nora.put(f"{where}years/2027/", {"days": days}).json()["errors"][0]["pointer"] == "/days/0/date"
    assert nora.put(f"{where}years/2026/", {"days": days[:1] * 2}).status_code == 422
    assert nora.put(f"{where}years/1066/", {"days": []}).status_code == 422
    assert nora.delete(f"{where}years/2026/").status_code == 204
    assert nora.get(where).json()["years"] == []


def test_china_has_its_make_up_workdays_and_what_was_not_announced_is_expected(cast):
    adopt_official_year(actor=cast.nora, organization=cast.northwind, year=2026, country="CN")
    calendar = Calendar.objects.of(cast.northwind)

    assert calendar.is_sure(2026)
    assert calendar.differing[date(2026, 10, 10)][0], "a Saturday that makes up"
    assert not calendar.differing[date(2026, 10, 1)][0]
    assert official_days("SE", 2026)[1] is False
    adopt_official_year(actor=cast.nora, organization=cast.northwind, year=2089, country="CN")
    assert not Calendar.objects.of(cast.northwind).is_sure(2089)
    with pytest.raises(InvalidInput):
        official_days("ZZ", 2026)


def test_what_goes_out_as_a_file_comes_in_again(page, cast):
    adopt_official_year(actor=cast.nora, organization=cast.northwind, year=2026, country="CN")
    before = Calendar.objects.of(cast.northwind).years["2026"]["days"]
    nora, at = page("nora"), f"/orgs/{cast.northwind.pk}/calendar/years/2026/"
    for kind in ("csv", "ics"):
        brought = nora.get(f"{at}days.{kind}")
        assert brought.status_code == 200
        clear_calendar_year(actor=cast.nora, organization=cast.northwind, year=2026)
        sent = SimpleUploadedFile(f"days.{kind}", brought.content)

        assert nora.post(at, {"days": "", "file": sent}).status_code == 302

        after = Calendar.objects.of(cast.northwind).years["2026"]["days"]
        assert [one[:2] for one in after] == [one[:2] for one in before]
    assert page("nils").get(f"{at}days.csv").status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        b"", b"\xff\xfe", b"tomorrow,off", b"2026-13-01,off", b"2026-10-01,perhaps", b"2025-10-01,off",
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:garbage\nEND:VEVENT\nEND:VCALENDAR",
        b"BEGIN:VCALENDAR", b"x" * (1024 * 1024 + 1),
    ],
)  # fmt: skip
def test_a_file_that_is_no_calendar_is_refused(said):
    with pytest.raises(InvalidInput):
        read_file(said, 2026)


def test_a_calendar_of_others_is_read_with_its_long_days_and_its_meetings_left_out():
    said = b"""BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261001
DTEND;VALUE=DATE:20261004
SUMMARY:\xe5\x9b\xbd\xe5\xba\x86\xe8\x8a\x82 \xe4\xbc\x91
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261010
SUMMARY:\xe5\x9b\xbd\xe5\xba\x86\xe8\x8a\x82 \xe7\x8f\xad
END:VEVENT
BEGIN:VEVENT
DTSTART:20261012T090000Z
SUMMARY:Meeting
END:VEVENT
END:VCALENDAR
"""
    found = read_file(said, 2026)

    assert [(day.day, works) for day, works, _name in found] == [
        (1, False),
        (2, False),
        (3, False),
        (10, True),
    ]
    assert read_file(as_sheet("N", "k", found), 2026) == found


def test_the_page_takes_lines_and_says_which_is_wrong(page, cast, where):
    nora = page("nora")
    at = f"/{where}years/2026/"

    assert nora.post(at, {"days": "2026-10-01,off,Day\n2026-10-10,work\n"}).status_code == 302
    wrong = nora.post(at, {"days": "2026-10-01,off\nnonsense\n"})
    assert wrong.status_code == 422
    assert "Line 2" in wrong.content.decode()
    shown = nora.get(f"/{where}?year=2026").content.decode()
    assert "2026-10-10,work" in shown
    assert "2026-10-10,work" not in page("nils").get(f"/{where}?year=2026").content.decode()
    answer = nora.post(f"/{where}", {"zone": "Asia/Shanghai", "mon": "9-12"})
    assert answer.status_code == 422
    set_calendar(actor=cast.nora, organization=cast.northwind, zone="Asia/Shanghai", hours=WEEK)
    assert "08:00-12:00 13:00-17:00" in nora.get(f"/{where}").content.decode()


@pytest.mark.parametrize(("language", "kosovo"), [("en", "Kosovo"), ("zh-hans", "科索沃")])
def test_every_place_whose_holidays_are_known_has_a_name(language, kosovo):
    with override(language):
        choices = dict(CountryForm().fields["country"].choices)
    assert choices["XK"] == kosovo
    assert not [code for code, name in choices.items() if code == name]
