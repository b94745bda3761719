"""When later is: a few moments that people mean, where they are, and any other that they name."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.errors import InvalidInput

MORNING = time(9)
MOST_AHEAD = timedelta(days=366)


class When(TextChoices):
    SOON = "20m", _("In 20 minutes")
    HOUR = "1h", _("In an hour")
    TOMORROW = "tomorrow", _("Tomorrow at 9:00")
    MONDAY = "monday", _("Next Monday at 9:00")

    def moment(self, zone: str, now: datetime | None = None) -> datetime:
        """Return the moment that is meant in ``zone``; its mornings are those of the wall clock, whatever the season."""
        now = now or timezone.now()
        if self in AFTER:
            return now + AFTER[self]
        today = now.astimezone(ZoneInfo(zone)).date()
        ahead = 1 if self is When.TOMORROW else 7 - today.weekday()
        return datetime.combine(today + timedelta(days=ahead), MORNING, ZoneInfo(zone))


AFTER = {When.SOON: timedelta(minutes=20), When.HOUR: timedelta(hours=1)}


def ahead(moment: datetime, pointer: str) -> datetime:
    """Return a moment that is still to come, and near enough to be meant.

    Raises:
        InvalidInput: it is past, or more than a year away.
    """
    if not timezone.now() < moment <= timezone.now() + MOST_AHEAD:
        raise InvalidInput.at(pointer, "out_of_range", _("Choose a moment within the next year."))
    return moment
