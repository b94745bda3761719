"""What the inbox shows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils import timezone

from kernel.actor import Actor
from kernel.memory import remembered
from kernel.notices import Act, Due, StillMay, duties
from kernel.prepared import Prepared, Rows, counted, person, together
from notifications.kinds import Kind, kind
from notifications.models import Notice, Notices, Telling


@remembered
def unread_count(actor: Actor) -> int:
    """Return how many words wait for this person, up to ``MOST_COUNTED``, for the sidebar and the tab."""
    return len(UNREAD.all(user=actor.user_id)) if actor.user_id else 0


UNREAD = Prepared(lambda user: counted(Notice.objects.visible_to(person(user)).unread()), user=UUID)


@dataclass(frozen=True)
class Choices:
    """What this person's inbox can be narrowed to: only what is in it."""

    kinds: list[Kind]
    orgs: list[dict[str, Any]]


def choices_in(actor: Actor) -> Choices:
    if actor.user_id is None:
        return Choices([], [])
    asked = (Rows(words, [actor.user_id], ("uuid",)) for words in (KINDS, ORGS))
    kinds, orgs = together(*asked)
    named = sorted(({"pk": pk, "name": name} for pk, name in orgs), key=lambda org: org["name"])
    return Choices([kind(key) for key, _ in kinds], named)


# From each value to the next by an index: as many steps as there are values, however many notices.
EACH = """
WITH RECURSIVE mine AS NOT MATERIALIZED (
    SELECT {value} AS value, {shown} AS shown, id FROM notifications_notice
     WHERE recipient_id = %s AND in_app AND {value} IS NOT NULL
), one AS (
    (SELECT value, shown FROM mine ORDER BY value, id DESC LIMIT 1)
    UNION ALL
    SELECT following.* FROM one CROSS JOIN LATERAL (
        SELECT value, shown FROM mine WHERE mine.value > one.value ORDER BY value, id DESC LIMIT 1) following
) SELECT value, shown FROM one
"""
KINDS, ORGS = EACH.format(value="kind", shown="kind"), EACH.format(value="org_id", shown="org_name")


def narrowed(
    notices: Notices, *, kind: str = "", org_id: UUID | None = None, unread: bool = False
) -> Notices:
    if kind:
        notices = notices.filter(kind=kind)
    if org_id:
        notices = notices.filter(org_id=org_id)
    return notices.unread() if unread else notices


@dataclass(frozen=True)
class Day:
    day: date
    notices: list[Notice]


def days_of(notices: Iterable[Notice]) -> list[Day]:
    """Group notices by the reader's days."""
    grouped = groupby(notices, key=lambda notice: timezone.localdate(notice.at))
    return [Day(day, list(those)) for day, those in grouped]


def known_of(notices: Iterable[Notice]) -> set[UUID]:
    """Return the keys of those that their reader may still know of: all are of one person.

    Every reason to ask is asked once, so the queries are as many for a page as for one.
    """
    known: set[UUID] = set()
    asked: dict[StillMay, dict[Due, list[UUID]]] = defaultdict(lambda: defaultdict(list))
    for notice in notices:
        known.add(notice.pk)
        for duty in duties(notice.event_name):
            if duty.kind == notice.kind and duty.still_may:
                asked[duty.still_may][Due(notice.recipient_id, notice.url)].append(notice.pk)
        reader = notice.recipient
    for still_may, dues in asked.items():
        for due in set(dues).difference(still_may(reader, list(dues))):
            known.difference_update(dues[due])
    return known


@dataclass(frozen=True)
class Told:
    """A line of the log. ``notice`` is nothing where the person may no longer know of what it was about."""

    telling: Telling
    kind: Kind
    notice: Notice | None


def told(tellings: Sequence[Telling]) -> list[Told]:
    """Return the lines with what they are about, as far as their reader may know of it now."""
    known = known_of([one.notice for one in tellings])
    return [Told(one, one.notice.about, one.notice if one.notice_id in known else None) for one in tellings]


def act_of(notice: Notice) -> Act | None:
    """Return what it asks its reader to do."""
    acts = (duty.act for duty in duties(notice.event_name) if duty.kind == notice.kind and duty.act)
    return next(acts, None)


def open_of(notices: Iterable[Notice]) -> set[UUID]:
    """Return the keys of those, of however many people, whose act is not done yet."""
    asked: dict[Act, dict[Due, list[UUID]]] = defaultdict(lambda: defaultdict(list))
    for one in notices:
        act = act_of(one)
        if act is not None:
            asked[act][Due(one.recipient_id, one.url)].append(one.pk)
    return {pk for act, dues in asked.items() for due in act.still_open(list(dues)) for pk in dues[due]}


def reminded_of(notices: Sequence[Notice]) -> set[UUID]:
    """Return the keys of those that their reader was reminded of, and that wait for an act yet."""
    reminders = Telling.objects.filter(notice__in=notices, way=Telling.Way.REMINDER)
    reminded = set(reminders.values_list("notice_id", flat=True))
    return open_of(one for one in notices if one.pk in reminded)
