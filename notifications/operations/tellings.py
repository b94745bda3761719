"""The log of what was told and how: written with the notice, a line for each way, and kept for a month."""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from django.db import connections
from django.db.models import Q
from django.utils import timezone

from kernel.acting import database
from kernel.actor import Actor
from kernel.operations import operation
from notifications.models import Delivery, Notice, Preference, Push, Telling
from notifications.telling import KEPT_FOR

Way, Outcome = Telling.Way, Telling.Outcome


def line(notice: Notice, way: str, outcome: str, **more: object) -> Telling:
    return Telling(user_id=notice.recipient_id, notice=notice, way=way, outcome=outcome, **more)


def write(notices: Sequence[Notice], held: Collection[UUID], besides: Sequence[Telling]) -> None:
    """Write the log of new notices: the database finds what carries them, which is quicker than to send it back.

    Args:
        held: letters and pushes that wait for the end of quiet hours.
        besides: lines of what nothing of its own carries.
    """
    if notices:
        with connections[database()].cursor() as cursor:
            cursor.execute(WRITE, {"notices": [one.pk for one in notices], "held": list(held)})
    Telling.objects.bulk_create(besides)


# A line has the key of what it is about: letters, pushes and notices share none.
WRITE = """
WITH asked AS (SELECT * FROM notifications_notice WHERE id = ANY (%(notices)s::uuid[])),
carriers AS (
    SELECT one.id, one.created_at, one.notice_id, one.due_at, 'mail' AS way
      FROM notifications_delivery AS one WHERE one.notice_id = ANY (%(notices)s::uuid[])
    UNION ALL
    SELECT one.id, one.created_at, one.notice_id, one.due_at, 'push'
      FROM notifications_push AS one WHERE one.notice_id = ANY (%(notices)s::uuid[])
),
said AS (SELECT *, id = ANY (%(held)s::uuid[]) AS is_held FROM carriers)
INSERT INTO notifications_telling
       (id, created_at, user_id, notice_id, way, outcome, why, until, ended_at, carrier_id)
SELECT id, created_at, recipient_id, id, 'in_app', 'sent', '', NULL, created_at, NULL FROM asked WHERE in_app
UNION ALL
SELECT said.id, said.created_at, recipient_id, notice_id, way,
       CASE WHEN is_held THEN 'held' ELSE 'waiting' END, CASE WHEN is_held THEN 'quiet' ELSE '' END,
       CASE WHEN is_held THEN due_at END, NULL, said.id
  FROM said JOIN asked ON asked.id = notice_id
"""


def kept_off(notice: Notice, choice: Preference, *, has_mail: bool, has_devices: bool) -> Iterator[Telling]:
    """Yield the ways that it would have gone, had its reader not chosen otherwise."""
    ways = {
        Way.INBOX: not choice.in_app,
        Way.MAIL: has_mail and not choice.mail,
        Way.PUSH: has_devices and choice.push is False,
    }
    for way, is_off in ways.items():
        if is_off:
            yield line(notice, way, Outcome.OFF, why="chosen")


def carried(notice: Notice, way: str, carrier: Delivery | Push, *, is_held: bool) -> Telling:
    """Return the line of what a letter or a push carries, now or when its reader's quiet hours end."""
    if not is_held:
        return line(notice, way, Outcome.WAITING, carrier_id=carrier.pk)
    return line(notice, way, Outcome.HELD, why="quiet", until=carrier.due_at, carrier_id=carrier.pk)


def folded(notice: Notice, letter: Delivery) -> Telling:
    return line(notice, Way.DAILY, Outcome.FOLDED, until=letter.due_at, carrier_id=letter.pk)


@operation
def forget_tellings(*, actor: Actor) -> int:
    """Forget the lines of a month ago, and the notices that nobody can see without them; return how many lines."""
    before = timezone.now() - KEPT_FOR
    forgotten = Telling.objects.visible_to(actor).filter(created_at__lt=before).delete()[0]
    unseen = Q(in_app=False) | Q(is_covered=True)
    Notice.objects.filter(unseen, created_at__lt=before, tellings=None).delete()
    return forgotten
