"""How long something is meant to stand, where somebody is."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from notifications.models import Rest
from notifications.rest import MORNING, next_at

MIDNIGHT = time()


class Span(TextChoices):
    """Of a status."""

    HALF_HOUR = "30m", _("30 minutes")
    HOUR = "1h", _("an hour")
    FOUR_HOURS = "4h", _("four hours")
    TODAY = "today", _("today")
    WEEK = "week", _("this week")
    OPEN = "", _("until I take it away")

    def end(self, now: datetime, zone: str) -> datetime | None:
        if self in LASTING:
            return now + LASTING[self]
        if self is Span.OPEN:
            return None
        midnight = next_at(now, MIDNIGHT, zone)
        if self is Span.TODAY:
            return midnight
        more = 6 - now.astimezone(ZoneInfo(zone)).weekday()
        return next_at(midnight + timedelta(days=more, hours=-12), MIDNIGHT, zone) if more else midnight


class Quiet(TextChoices):
    """Of wanting not to be disturbed."""

    HALF_HOUR = "30m", _("30 minutes")
    HOUR = "1h", _("an hour")
    TOMORROW = "tomorrow", _("until tomorrow")
    OPEN = "open", _("until I end it")

    def end(self, now: datetime, rest: Rest, zone: str) -> datetime | None:
        """Return when it is over; tomorrow begins when quiet hours end, else at eight."""
        if self is Quiet.OPEN:
            return None
        if self is Quiet.TOMORROW:
            return next_at(next_at(now, MIDNIGHT, zone), rest.quiet_until or MORNING, zone)
        return now + LASTING[Span(self.value)]


LASTING = {
    Span.HALF_HOUR: timedelta(minutes=30),
    Span.HOUR: timedelta(hours=1),
    Span.FOUR_HOURS: timedelta(hours=4),
}
