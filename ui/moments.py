"""How a moment reads: short where it is near, in the reader's language and time zone."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86400

# Django's formats for each language; the first two letters of its code choose.
FORMATS = {
    "en": {"time": "H:i", "day": "j M", "date": "j M Y", "full": "j M Y H:i"},
    "zh": {"time": "H:i", "day": "n月j日", "date": "Y年n月j日", "full": "Y年n月j日 H:i"},
}


def _formats() -> dict[str, str]:
    return FORMATS.get((get_language() or "en")[:2], FORMATS["en"])


def written(moment: datetime | date, style: str = "") -> str:
    """Return ``moment`` in words: ``time``, ``day``, ``date``, ``full``, ``ago``, ``near``, or what is short and clear.

    ``near`` heads a list by days: today, yesterday, else the date.
    """
    formats = _formats()
    if style == "near":
        return _near(moment) or written(moment, "date")
    if not isinstance(moment, datetime):
        short = "day" if moment.year == timezone.localdate().year else "date"
        return date_format(moment, formats["date" if style in ("date", "full") else short])
    local = timezone.localtime(moment)
    if style == "ago":
        return ago(moment)
    if style in formats:
        return date_format(local, formats[style])
    today = timezone.localdate()
    if local.date() == today:
        return date_format(local, formats["time"])
    return date_format(local, formats["day" if local.year == today.year else "date"])


def _near(moment: datetime | date) -> str:
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    days_ago = (timezone.localdate() - day).days
    return {0: _("Today"), 1: _("Yesterday")}.get(days_ago, "")


def ago(moment: datetime) -> str:
    """Return how long ago, down to a minute; after a week the date."""
    seconds = int((timezone.now() - moment).total_seconds())
    if seconds < MINUTE:
        return _("just now")
    if seconds < HOUR:
        minutes = seconds // MINUTE
        return ngettext("%(n)d min ago", "%(n)d min ago", minutes) % {"n": minutes}
    if seconds < DAY:
        hours = seconds // HOUR
        return ngettext("%(n)d h ago", "%(n)d h ago", hours) % {"n": hours}
    if seconds < 7 * DAY:
        days = seconds // DAY
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    return written(moment)


def machine(moment: datetime | date) -> str:
    """Return the value of ``<time datetime>``: UTC for a moment, the day for a date."""
    if isinstance(moment, datetime):
        return moment.astimezone(timezone.get_default_timezone()).isoformat(timespec="seconds")
    return moment.isoformat()
