"""When somebody means, as they say it: ``tomorrow 9:00 call Wang``, ``明天上午9点给王打电话``."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chat.moments import MORNING

NUMBERS = {word: n for n, word in enumerate("零一二三四五六七八九十")} | {
    "两": 2,
    "十一": 11,
    "十二": 12,
    "半": 0.5,
}
UNITS = {
    "m": 1,
    "分": 1,
    "h": 60,
    "小": 60,
    "d": 1440,
    "天": 1440,
    "w": 10080,
    "周": 10080,
    "星": 10080,
    "个": 10080,
}
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HAN_WEEK = "一二三四五六日"
AFTERNOONS = ("pm", "下午", "晚上", "傍晚")

_N = r"(\d{1,4}|半|十[一二]?|[一二两三四五六七八九])"
_CLOCK = (
    r"(?:at\s+)?(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d))?(?!\d)(?:\s*(?P<half_day>am|pm)\b)?",
    r"(?P<han_half>凌晨|早上|上午|中午|下午|傍晚|晚上)?\s*(?P<han_hour>\d{1,2}|十[一二]?|[一二两三四五六七八九])"
    r"(?:[点點时]\s*(?P<han_minute>半|[0-5]?\d(?=分))?分?|[:：](?P<han_colon>[0-5]\d))",
)  # fmt: skip
_CLOCKS = [re.compile(rf"[\s,，]*{one}", re.I) for one in (_CLOCK[1], _CLOCK[0])]
_SPAN = re.compile(
    rf"(?:in\s+)?{_N}\s*(m|mins?|minutes?|h|hours?|d|days?|w|weeks?)\b"
    rf"|{_N}\s*(分钟?|个?小时|天|周|个?星期)(?:之?[后後])",
    re.I,
)
_FILLERS = re.compile(r"^(?:我|一下)+|^(?:me\b\s*)?(?:(?:to|that|about)\b\s*)?", re.I)

Day = Callable[[re.Match[str], date], date | None]


def _weekday(wanted: int, today: date, *, next_week: bool) -> date:
    """Return the next such day; of next week where that was said, which begins with its Monday."""
    if next_week:
        return today + timedelta(days=7 - today.weekday() + wanted)
    return today + timedelta(days=(wanted - today.weekday()) % 7 or 7)


def _named_day(found: re.Match[str], today: date) -> date:
    return _weekday(WEEK.index(found[2][:3].lower()), today, next_week=bool(found[1]))


def _han_day(found: re.Match[str], today: date) -> date:
    said = found[2].replace("天", "日")
    return _weekday(HAN_WEEK.index(said), today, next_week=found[1] is not None)


def _on_date(found: re.Match[str], today: date) -> date | None:
    year, month, day = found[1], int(found[2]), int(found[3])
    try:
        meant = date(int(year) if year else today.year, month, day)
        return meant if year or meant >= today else meant.replace(year=today.year + 1)
    except ValueError:
        return None


_DAYS: tuple[tuple[re.Pattern[str], Day], ...] = (
    (re.compile(r"(?:today|tonight)\b|今[天日晚]", re.I), lambda found, today: today),
    (re.compile(r"(?:the\s+)?day\s+after\s+tomorrow\b|后天|後天", re.I), lambda _found, today: today + timedelta(days=2)),
    (re.compile(r"(?:tomorrow|tmr)\b|明[天日晚]", re.I), lambda found, today: today + timedelta(days=1)),
    (re.compile(r"(?:on\s+)?(next\s+)?(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b(?!['’])", re.I), _named_day),
    (re.compile(r"(下)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])"), _han_day),
    (re.compile(r"(?:on\s+)?(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)"), _on_date),
    (re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]"), _on_date),
)  # fmt: skip
_EVENINGS = re.compile(r"tonight|今晚|明晚", re.I)


def said_when(said: str, zone: str, now: datetime) -> tuple[datetime, str] | None:
    """Return the moment that words begin with or end in, and the words without it; None where none is meant.

    A day alone means its morning, an hour alone the next such one. ``zone`` is where the person is.
    """
    said = _FILLERS.sub("", said.strip(), count=1) or said.strip()
    for start in _starts(said):
        if (found := _moment(said[start:], zone, now)) is None:
            continue
        moment, length = found
        rest = said[start + length :]
        if start and rest.strip(" ,，。.!！"):
            continue  # in the middle of a sentence it belongs to what is said
        words = (said[:start] if start else rest).strip(" ,，:：。")
        return moment, _FILLERS.sub("", words, count=1).strip()
    return None


def _starts(said: str) -> list[int]:
    """Return where a moment may begin: with the first letter, or with a word that nothing but it follows."""
    return [0, *(found.end() for found in re.finditer(r"[\s,，]+", said))]


def _moment(said: str, zone: str, now: datetime) -> tuple[datetime, int] | None:
    """Return the moment that ``said`` begins with and how many letters say it."""
    if found := _SPAN.match(said):
        number, unit = (found[1], found[2]) if found[1] else (found[3], found[4])
        minutes = _number(number) * UNITS[unit[0].lower() if unit[0] != "个" else unit[1]]
        return (now + timedelta(minutes=minutes)).replace(microsecond=0), found.end()
    local = now.astimezone(ZoneInfo(zone))
    for pattern, of in _DAYS:
        if found := pattern.match(said):
            day = of(found, local.date())
            if day is None:
                return None
            clock = _clock(said[found.end() :], evening=bool(_EVENINGS.match(found[0])))
            hour, length = clock or (time(20) if _EVENINGS.match(found[0]) else MORNING, 0)
            return datetime.combine(day, hour, ZoneInfo(zone)), found.end() + length
    clock = _clock(said, evening=False, alone=True)
    if clock is None:
        return None
    meant = datetime.combine(local.date(), clock[0], ZoneInfo(zone))
    return (meant if meant > now else meant + timedelta(days=1)), clock[1]


def _clock(said: str, *, evening: bool, alone: bool = False) -> tuple[time, int] | None:
    """Return the time of day that ``said`` begins with and its length; a bare number alone is none."""
    for pattern in _CLOCKS:
        found = pattern.match(said)
        if not found:
            continue
        is_han = "han_hour" in found.groupdict()
        if is_han:
            hour, half = int(_number(found["han_hour"])), found["han_half"] or ""
            minute = (
                30 if found["han_minute"] == "半" else int(found["han_minute"] or found["han_colon"] or 0)
            )
        else:
            hour, half, minute = (
                int(found["hour"]),
                (found["half_day"] or "").lower(),
                int(found["minute"] or 0),
            )
            if alone and not (found["minute"] or half or found[0].strip().lower().startswith("at")):
                continue
        if (half in AFTERNOONS or (evening and not half)) and hour < 12:
            hour += 12
        if half == "am" and hour == 12:
            hour = 0
        if hour < 24:
            return time(hour, minute), found.end()
    return None


def _number(said: str) -> float:
    return float(said) if said.isdigit() else NUMBERS[said]
