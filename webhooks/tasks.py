"""Tellings leave here, one at a time."""

import logging

from celery import shared_task

from kernel.acting import current_actor
from kernel.outgoing import Unreachable, send
from webhooks.models import Delivery
from webhooks.operations import claim, forget_deliveries, note_answer, note_silence

logger = logging.getLogger("collab.webhooks")
AT_ONCE = 200


@shared_task(acks_late=True)
def deliver(delivery_id: str) -> None:
    """Call one address once, if it is still to be told. Run twice, the second finds it claimed or settled."""
    actor = current_actor()
    parcel = claim(actor=actor, delivery_id=delivery_id)
    if parcel is None:
        return
    try:
        answer = send(parcel.url, body=parcel.body, headers=parcel.headers)
    except Unreachable as failure:
        logger.info("delivery %s: %s", delivery_id, failure.code)
        note_silence(actor=actor, delivery=parcel.delivery, failure=failure)
    else:
        note_answer(actor=actor, delivery=parcel.delivery, answer=answer)


@shared_task(acks_late=True)
def deliver_waiting() -> None:
    """Find what is due and was not carried, and carry it."""
    for delivery_id in Delivery.objects.due().order_by("due_at").values_list("pk", flat=True)[:AT_ONCE]:
        deliver.delay(str(delivery_id))


@shared_task(acks_late=True)
def forget() -> None:
    forget_deliveries(actor=current_actor())
