"""What operators do about mail that did not leave."""

from django.utils import timezone

from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from notifications.errors import DeliveryForgotten, DeliverySettled
from notifications.events import DeliveryDropped, DeliveryRetried
from notifications.models import Delivery, Telling
from notifications.operations.deliveries import carry_soon


@operation
def retry_delivery(*, actor: Actor, letter: Delivery) -> Delivery:
    """Try a mail that was given up anew, from the first attempt on.

    Raises:
        DeliverySettled: it was not given up.
        DeliveryForgotten: what it said is not kept; only what a notice says can be said again.

    Emits: DeliveryRetried.
    """
    require(actor, "notifications.operate", letter)  # first: nobody else's login may even look
    letter = Delivery.objects.locked(letter.pk)
    if letter.state != Delivery.State.FAILED:
        raise DeliverySettled
    if letter.notice_id is None:
        raise DeliveryForgotten
    letter.state, letter.attempts, letter.due_at = Delivery.State.WAITING, 0, timezone.now()
    letter.save(update_fields=["state", "attempts", "due_at"])
    Telling.objects.of(letter.pk).update(outcome=Telling.Outcome.WAITING, why="again", ended_at=None)
    emit(DeliveryRetried.of(letter, actor))
    carry_soon(letter.pk)
    return letter


@operation
def drop_delivery(*, actor: Actor, letter: Delivery) -> Delivery:
    """Let a waiting mail never leave.

    Raises:
        DeliverySettled: it is not waiting.

    Emits: DeliveryDropped.
    """
    require(actor, "notifications.operate", letter)  # first: nobody else's login may even look
    letter = Delivery.objects.locked(letter.pk)
    if letter.state != Delivery.State.WAITING:
        raise DeliverySettled
    letter.state, letter.context = Delivery.State.DROPPED, {}
    letter.save(update_fields=["state", "context"])
    Telling.objects.of(letter.pk).open().end(Telling.Outcome.DROPPED, "operator")
    emit(DeliveryDropped.of(letter, actor))
    return letter
