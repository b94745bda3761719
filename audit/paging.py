"""A record of any length, a page at a time: what a page costs does not grow with the record.

Entries come the newest first: by number, or by time where only some time is asked for, since the numbers follow the
sealing and an index on time finds a month of three years at once. Words stand in no index (names are as they were on the
day, in any language), so each page looks through a stretch of the record and tells how far that reached.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThanOrEqual, TupleLessThan

from audit.filters import Filters
from audit.models import Entries, Entry

STRETCH = 20_000  # entries that the first page looks through for words
NEXT_STRETCH = 100_000  # and each page behind it: whoever goes on waits a little
PIECE = 500  # entries read at once where many are wanted


@dataclass(frozen=True)
class Page:
    entries: list[Entry]
    following: int | None  # the number behind which the next page begins; None at the end
    looked_to: datetime | None = None  # how far back words were looked for, where that is not the end


def page_of(entries: Entries, filters: Filters, limit: int, before: int | None = None) -> Page:
    """Return at most ``limit`` of the entries that fit, the newest first.

    Args:
        before: the number of the entry behind which the page begins.
    """
    order = _ByTime() if filters.since or filters.until else _ByNumber()
    wanted = order.behind(filters.narrowed(entries), entries, before)
    end = order.end_of(wanted, NEXT_STRETCH if before else STRETCH) if filters.q else None
    stretch = order.down_to(wanted, end) if end else wanted
    found = list(order.newest_first(filters.saying(stretch))[: limit + 1])
    if len(found) > limit:
        return Page(found[:limit], found[limit - 1].seq)
    return Page(found, end.seq, end.at) if end else Page(found, None)


def newest(entries: Entries, filters: Filters, most: int) -> list[Entry]:
    """Return the newest ``most`` of those that fit, in questions that each end soon."""
    found: list[Entry] = []
    before: int | None = None
    while len(found) < most:
        page = page_of(entries, filters, min(PIECE, most - len(found)), before)
        found += page.entries
        if page.following is None:
            break
        before = page.following
    return found


class _ByNumber:
    def behind(self, wanted: Entries, _all: Entries, before: int | None) -> Entries:
        return wanted if before is None else wanted.filter(seq__lt=before)

    def newest_first(self, wanted: Entries) -> Entries:
        return wanted.order_by("-seq")

    def end_of(self, wanted: Entries, stretch: int) -> Entry | None:
        """Return the last entry of a stretch, or nothing if the record ends within it."""
        return self.newest_first(wanted).only("seq", "at")[stretch - 1 : stretch].first()

    def down_to(self, wanted: Entries, end: Entry) -> Entries:
        return wanted.filter(seq__gte=end.seq)


class _ByTime(_ByNumber):
    PLACE = Tuple(F("at"), F("seq"))

    def behind(self, wanted: Entries, all_of_it: Entries, before: int | None) -> Entries:
        last = all_of_it.only("seq", "at").filter(seq=before).first() if before is not None else None
        return wanted.filter(TupleLessThan(self.PLACE, (last.at, last.seq))) if last else wanted

    def newest_first(self, wanted: Entries) -> Entries:
        return wanted.order_by("-at", "-seq")

    def down_to(self, wanted: Entries, end: Entry) -> Entries:
        return wanted.filter(TupleGreaterThanOrEqual(self.PLACE, (end.at, end.seq)))
