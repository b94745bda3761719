"""The log of what was told and how: written with the notice, a line for each way, and kept for a month."""

from collections.abc import Iterator

from django.utils import timezone

from kernel.actor import Actor
from kernel.operations import operation
from notifications.models import Delivery, Notice, Preference, Push, Telling
from notifications.telling import KEPT_FOR

Way, Outcome = Telling.Way, Telling.Outcome


def line(notice: Notice, way: str, outcome: str, **more: object) -> Telling:
    return Telling(user_id=notice.recipient_id, notice=notice, way=way, outcome=outcome, **more)


def at_once(notice: Notice) -> Iterator[Telling]:
    if notice.in_app:
        yield line(notice, Way.INBOX, Outcome.SENT, ended_at=timezone.now())


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
    Notice.objects.filter(in_app=False, created_at__lt=before, tellings=None).delete()
    return forgotten
