"""Durations on a calendar: never backwards, and back again by the same way, wherever clocks are put forward and back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.business_time import NeverWorks, add, next_work
from orgs.models import Calendar
from orgs.models.calendars import DAYS, office_week

ZONES = (
    "Asia/Shanghai",
    "Europe/Stockholm",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "UTC",
)
STATED = {"expected": False, "days": []}
FEW = settings(max_examples=60, deadline=None)


def calendar(zone="Asia/Shanghai", hours=None, days=(), years=(2026, 2027)):
    said = {
        str(year): {"expected": False, "days": [d for d in days if d[0][:4] == str(year)]} for year in years
    }
    return Calendar(zone=zone, hours=hours or office_week(), years=said)


def at(said, zone="Asia/Shanghai"):
    local = Calendar(zone=zone).tz
    return datetime.fromisoformat(said).replace(tzinfo=local)


NIGHTS = {day: ["00:30-06:00", "20:00-24:00"] for day in DAYS}
calendars = st.builds(
    calendar,
    zone=st.sampled_from(ZONES),
    hours=st.sampled_from(
        [office_week(), NIGHTS, {"sat": ["01:00-03:30"], "sun": ["01:30-02:30", "02:45-05:00"]}]
    ),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)).map(
    lambda one: one.replace(tzinfo=UTC, microsecond=0)
)
units = st.sampled_from(["m", "h", "d", "bh", "bd"])


@pytest.mark.parametrize(
    ("start", "said", "there"),
    [
        ("2026-11-27T10:00", "8bh", "2026-11-30T10:00"),  # Friday to Monday
        ("2026-11-27T10:00", "2bh", "2026-11-27T12:00"),  # ends with the morning, not after lunch
        ("2026-11-27T19:00", "1bh", "2026-11-30T10:00"),
        ("2026-11-28T12:00", "1bd", "2026-12-01T09:00"),  # a Saturday begins on Monday
        ("2026-11-27T15:00", "2bd", "2026-12-01T15:00"),
        ("2026-11-27T15:00", "3d", "2026-11-30T15:00"),
        ("2026-11-27T23:00", "2h", "2026-11-28T01:00"),
        ("2026-11-30T10:00", "-2bh", "2026-11-27T17:00"),
        ("2026-11-30T10:00", "-1bd", "2026-11-27T10:00"),
        ("2026-11-27T10:00", "90m", "2026-11-27T11:30"),
        ("2026-11-27T10:00", "0bh", "2026-11-27T10:00"),
    ],
)  # fmt: skip
def test_durations_are_counted_as_the_definition_writes_them(start, said, there):
    assert add(at(start), said, calendar()).at == at(there)


def test_holidays_are_passed_over_and_make_up_workdays_counted():
    feast = [[f"2026-10-{day:02}", False, ""] for day in range(1, 9)] + [["2026-10-10", True, ""]]
    there = calendar(days=feast)

    assert add(at("2026-09-30T15:00"), "1bd", there).at == at("2026-10-09T15:00")
    assert add(at("2026-10-09T15:00"), "1bd", there).at == at("2026-10-10T15:00"), "a Saturday that makes up"
    assert add(at("2026-10-10T17:00"), "2bh", there).at == at("2026-10-12T10:00")


def test_of_a_year_nobody_spoke_of_the_week_is_a_guess():
    known = calendar(years=(2026,))

    assert not add(at("2026-11-27T10:00"), "8bh", known).provisional
    assert add(at("2026-12-31T17:00"), "8bh", known).provisional
    assert not add(at("2026-12-31T17:00"), "48h", known).provisional, "hours pass on every clock"
    expected = calendar(years=(2026,))
    expected.years["2027"] = {"expected": True, "days": []}
    assert add(at("2026-12-31T17:00"), "8bh", expected).provisional


@pytest.mark.parametrize(
    "said", ["", "8", "bh", "+8bh", "8 bh", "1.5h", "8BH", "99999h", "8bh ", "٨h", "--1d"]
)
def test_what_is_no_duration_is_refused(said):
    with pytest.raises(ValueError, match="no duration"):
        add(at("2026-11-27T10:00"), said, calendar())


def test_a_calendar_without_work_ends_the_search():
    never = calendar(hours={"mon": ["09:00-09:01"]})

    with pytest.raises(NeverWorks):
        add(at("2026-11-27T10:00"), "9999bh", never)


@FEW
@given(calendars, moments, moments, st.integers(-60, 60), units)
def test_a_later_start_never_comes_earlier(there, one, other, amount, unit):
    first, second = sorted((one, other))

    assert add(first, f"{amount}{unit}", there).at <= add(second, f"{amount}{unit}", there).at


@FEW
@given(calendars, moments, st.integers(-60, 60), st.integers(0, 60), units)
def test_more_time_never_comes_earlier(there, start, amount, more, unit):
    assert add(start, f"{amount}{unit}", there).at <= add(start, f"{amount + more}{unit}", there).at


@FEW
@given(calendars, moments, st.integers(1, 60))
def test_working_hours_lead_back_where_they_began(there, start, hours):
    begun = next_work(start, there)
    back = add(add(begun, f"{hours}bh", there).at, f"-{hours}bh", there).at

    assert next_work(back, there) == begun


@FEW
@given(
    st.sampled_from(["Asia/Shanghai", "Europe/Stockholm", "America/New_York"]), moments, st.integers(1, 60)
)
def test_working_days_lead_back_where_they_began(zone, start, days):
    there = calendar(zone)
    begun = next_work(start, there)

    assert add(add(begun, f"{days}bd", there).at, f"-{days}bd", there).at == begun


@FEW
@given(calendars, moments)
def test_what_is_counted_lies_within_working_time(there, start):
    for unit, amount in (("bh", 3), ("bd", 2)):
        end = add(start, f"{amount}{unit}", there).at
        just_before = end - timedelta(microseconds=1)  # at midnight the day that has ended counts too
        around = {one.astimezone(there.tz).date() for one in (just_before, end)}
        assert any(begin <= end <= last for day in around for begin, last in there.spans(day))


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_of_two_years_keeps_its_spans_in_order(zone):
    there = calendar(zone, hours=NIGHTS)
    day, last = date(2026, 1, 1), datetime.min.replace(tzinfo=UTC)
    while day < date(2028, 1, 1):
        for begin, end in there.spans(day):
            assert last <= begin < end
            last = end
        day += timedelta(days=1)
