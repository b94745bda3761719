"""Who may see whom, and what they are told: drawn by the database, which alone can read what is others' own."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from kernel.actor import Actor
from kernel.prepared import execute
from notifications.models import FOREVER, Rest
from presence.models import Status
from realtime.presence import Told, tells

SEEN = """
SELECT user_id, zone, emoji, words, until, silent_until, quiet_from, quiet_until FROM priv.presence(%s)
"""


@tells
def told_of(actor: Actor, people: Collection[UUID]) -> dict[UUID, Told]:
    """Return what the actor may know of each of these people: status, time zone, and whether not to disturb them.

    Colleagues see each other. Others see them in the rooms and channels that they share, where the organization from
    whose seat they sit there lets them.
    """
    asked = list(people)
    if actor.user_id is None or not asked:
        return {}
    if actor.bound:
        asked = list(User.objects.visible_to(actor).filter(pk__in=asked).values_list("pk", flat=True))
    return {row[0]: _told(*row[1:]) for row in execute(SEEN, [asked], ("uuid[]",))}


def _told(
    zone: str,
    emoji: str | None,
    words: str | None,
    until: datetime | None,
    silent_until: datetime | None,
    quiet_from: time | None,
    quiet_until: time | None,
) -> Told:
    rest = Rest(silent_until=silent_until, quiet_from=quiet_from, quiet_until=quiet_until)
    stands = bool(emoji or words) and (until is None or until > timezone.now())
    status = {"emoji": emoji, "words": words, "until": moment(until)} if stands else None
    return {"time_zone": zone, "status": status, "do_not_disturb": quiet_of(rest, zone)}


def told_of_oneself(actor: Actor) -> Told:
    status = status_of(actor)
    said = (status.emoji, status.words, status.until) if status else (None, None, None)
    rest = rest_of(actor)
    return _told(actor.user.time_zone, *said, rest.silent_until, rest.quiet_from, rest.quiet_until)


def status_of(actor: Actor) -> Status | None:
    return Status.objects.visible_to(actor).filter(user_id=actor.user_id).standing().first()


def rest_of(actor: Actor) -> Rest:
    return Rest.objects.filter(user_id=actor.user_id).first() or Rest(user_id=actor.user_id)


def quiet_of(rest: Rest, zone: str) -> dict[str, Any] | None:
    """Return until when somebody is not to be disturbed, where they are not: quiet hours count like words."""
    now = timezone.now()
    until = rest.open_at(now, zone)
    if until <= now:
        return None
    return {"until": None if until >= FOREVER else moment(until)}


def moment(value: datetime | None) -> str | None:
    return value.astimezone(timezone.get_default_timezone()).isoformat() if value else None
