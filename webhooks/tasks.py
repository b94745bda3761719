"""Tellings leave here, one at a time."""

import logging

from celery import shared_task

from kernel.acting import current_actor
from kernel.outgoing import Unreachable, pour, send
from webhooks.models import Delivery, Stream
from webhooks.operations import (
    Piece,
    claim,
    claim_piece,
    forget_deliveries,
    make_test,
    note_answer,
    note_arrived,
    note_lost,
    note_silence,
)

logger = logging.getLogger("collab.webhooks")
AT_ONCE = 200
PIECES = 10  # of one stream, before others have their turn
GONE = 410


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


@shared_task(acks_late=True)
def flow_waiting() -> None:
    """Find the streams that have something to say, and let each say it."""
    for stream_id in Stream.objects.due().order_by("due_at").values_list("pk", flat=True)[:AT_ONCE]:
        flow.delay(str(stream_id))


@shared_task(acks_late=True)
def flow(stream_id: str) -> None:
    """Let what waits in one stream leave, in order. Run twice, the second finds it taken, or nothing to say."""
    actor = current_actor()
    for _turn in range(PIECES):
        piece = claim_piece(actor=actor, stream_id=stream_id)
        if piece is None or not _leave(piece):
            return


@shared_task(acks_late=True)
def try_stream(stream_id: str) -> None:
    """Send the line by which somebody sees whether it arrives."""
    piece = make_test(actor=current_actor(), stream_id=stream_id)
    if piece is not None:
        _leave(piece)


def _leave(piece: Piece) -> bool:
    """Send one piece, keep what became of it, and tell whether it arrived."""
    actor, stream, answer = current_actor(), piece.stream, None
    try:
        if stream.is_syslog:
            pour(stream.address, piece.body)
        else:
            answer = send(stream.address, body=piece.body, headers=piece.headers)
    except Unreachable as failure:
        logger.info("stream %s: %s", stream.pk, failure.code)
        note_lost(actor=actor, piece=piece, error=failure.code)
        return False
    if answer is None or answer.is_good:
        note_arrived(actor=actor, piece=piece)
        return True
    note_lost(actor=actor, piece=piece, error=f"http_{answer.status}", is_gone=answer.status == GONE)
    return False
