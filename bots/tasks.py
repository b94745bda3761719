"""Calls leave for the bots here, one at a time."""

import logging

from celery import shared_task

from bots.models import Call
from bots.operations import claim, forget_calls, note_told_bot
from kernel.acting import current_actor
from kernel.outgoing import Unreachable, send

logger = logging.getLogger("collab.bots")
AT_ONCE = 200


@shared_task(acks_late=True)
def tell(call_id: str) -> None:
    """Tell one bot once that it was called. Run twice, the second finds it claimed or settled."""
    actor = current_actor()
    parcel = claim(actor=actor, call_id=call_id)
    if parcel is None:
        return
    try:
        answer = send(parcel.url, body=parcel.body, headers=parcel.headers)
    except Unreachable as failure:
        logger.info("call %s: %s", call_id, failure.code)
        note_told_bot(actor=actor, call=parcel.call, answer=None, failure=failure)
    else:
        note_told_bot(actor=actor, call=parcel.call, answer=answer)


@shared_task(acks_late=True)
def tell_waiting() -> None:
    """Find what is due and was not carried, and carry it."""
    for call_id in Call.objects.due().order_by("due_at").values_list("pk", flat=True)[:AT_ONCE]:
        tell.delay(str(call_id))


@shared_task(acks_late=True)
def forget() -> None:
    forget_calls(actor=current_actor())
