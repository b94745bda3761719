"""Quiet that somebody asks for, on top of their hours; what waits for its end leaves as soon as it is over."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from kernel.actor import Actor
from kernel.errors import NotAllowed
from kernel.operations import operation
from notifications.models import FOREVER, Delivery, Push, Rest, Telling
from notifications.operations.deliveries import carry_soon, hand_over


@operation
def fall_silent(*, actor: Actor, until: datetime | None) -> Rest:
    """Hold back letters and pushes that are not urgent.

    Args:
        until: when that ends by itself; None for when somebody ends it.
    """
    return _say(actor, FOREVER if until is None else until)


@operation
def end_silence(*, actor: Actor) -> Rest:
    """Let come again what waited, unless quiet hours hold it."""
    return _say(actor, None)


def _say(actor: Actor, until: datetime | None) -> Rest:
    if actor.user_id is None:
        raise NotAllowed("notifications.choose")
    rest, _new = Rest.objects.update_or_create(user_id=actor.user_id, defaults={"silent_until": until})
    hand_over("notifications.tasks.reconsider", [str(actor.user_id)])
    return rest


@operation
def reconsider_held(*, actor: Actor, user_id: UUID) -> int:
    """Give what is held back for somebody the moment at which it may leave by now; return how much there is."""
    rest = Rest.objects.filter(user=user_id).select_related("user").first()
    held = Telling.objects.filter(user=user_id, outcome=Telling.Outcome.HELD, why="quiet")
    if rest is None:
        return 0
    now, due, count = timezone.now(), [], 0
    for line in held.exclude(carrier_id=None):
        letters = line.way == Telling.Way.MAIL
        zone = rest.user.time_zone
        moment = rest.leaves_at(now, zone) if letters else rest.open_at(now, zone)
        carriers = (Delivery if letters else Push).objects
        count += carriers.filter(pk=line.carrier_id, state=Delivery.State.WAITING).update(due_at=moment)
        if moment > now:
            Telling.objects.filter(pk=line.pk).update(until=moment)
        else:
            due.append(line)
            waiting = {"outcome": Telling.Outcome.WAITING, "why": "", "until": None}
            Telling.objects.filter(pk=line.pk).update(**waiting)
    carry_soon(*{one.carrier_id for one in due if one.way == Telling.Way.MAIL and one.carrier_id})
    pushes = {str(one.carrier_id) for one in due if one.way == Telling.Way.PUSH}
    hand_over("notifications.tasks.push", sorted(pushes))
    return count
