"""When mail and push may come: quiet hours, and one letter a day for those who want no more."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(8)  # of the daily letter, where nobody is quiet until another hour


@dataclass(frozen=True)
class Hours:
    """From one time of the day until another, over midnight where the first is the later."""

    begin: time
    end: time

    def hold(self, moment: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


def earliest(moment: datetime, quiet: Hours | None, zone: str) -> datetime:
    """Return when a letter that is ready at ``moment`` may leave."""
    local = moment.astimezone(ZoneInfo(zone))
    return next_at(moment, quiet.end, zone) if quiet and quiet.hold(local.time()) else moment


def next_at(moment: datetime, hour: time, zone: str) -> datetime:
    """Return when it is ``hour`` next, after ``moment``, where somebody is."""
    local = moment.astimezone(ZoneInfo(zone))
    today = datetime.combine(local.date(), hour, local.tzinfo)
    found = today if today > local else datetime.combine(local.date() + timedelta(days=1), hour, local.tzinfo)
    return found.astimezone(moment.tzinfo)
