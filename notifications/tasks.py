"""Mail and pushes leave here."""

import logging
from uuid import UUID

from celery import shared_task

from kernel.acting import current_actor
from kernel.figures import MAILS, PUSHES
from kernel.outgoing import Unreachable, send
from kernel.switches import MAIL, is_on
from notifications import letters, pushing
from notifications.models import Delivery, Device, Push
from notifications.operations import (
    chase,
    claim,
    claim_push,
    forget_tellings,
    note_device_test,
    note_failure,
    note_push,
    note_sent,
    reconsider_held,
)

logger = logging.getLogger("collab.notifications")
AT_ONCE = 200


@shared_task(acks_late=True)
def deliver(delivery_id: str) -> None:
    """Send one mail, if it is still due. Run twice, the second finds it claimed or sent."""
    actor = current_actor()
    letter = claim(actor=actor, delivery_id=delivery_id)
    if letter is None:
        return
    try:
        letters.message_of(letter).send()
        MAILS.labels("sent").inc()
    except Exception as error:
        logger.warning("mail %s could not be sent, try %s", delivery_id, letter.attempts, exc_info=True)
        MAILS.labels("failed").inc()
        note_failure(actor=actor, letter=letter, error=type(error).__name__)
    else:
        note_sent(actor=actor, letter=letter)


@shared_task(acks_late=True)
def deliver_waiting() -> None:
    """Find what is due and was not carried, and carry it."""
    if not is_on(MAIL):
        return
    for delivery_id in Delivery.objects.due().values_list("pk", flat=True)[:AT_ONCE]:
        deliver.delay(str(delivery_id))


@shared_task(acks_late=True)
def push(push_id: str) -> None:
    """Tell one device, if it is still to be told. Run twice, the second finds it claimed or settled."""
    actor = current_actor()
    word = claim_push(actor=actor, push_id=push_id)
    if word is None:
        return
    parcel = pushing.parcel_of(word)
    try:
        said: int | str = send(parcel.url, body=parcel.body, headers=parcel.headers).status
    except Unreachable as failure:
        said = failure.code
    logger.info("push %s, try %s: %s", push_id, word.attempts, said)
    settled = note_push(actor=actor, push=word, said=said)
    PUSHES.labels(settled.state).inc()


@shared_task(acks_late=True)
def try_device(device_id: str) -> None:
    """Send one browser the word by which somebody sees whether it is told."""
    actor = current_actor()
    device = Device.objects.select_related("user", "session__user").filter(pk=device_id).first()
    if device is None or not device.is_in_test:
        return
    said: int | str = "signed_out"
    if device.is_signed_in:
        parcel = pushing.test_of(device)
        try:
            said = send(parcel.url, body=parcel.body, headers=parcel.headers).status
        except Unreachable as failure:
            said = failure.code
    logger.info("test of device %s: %s", device_id, said)
    note_device_test(actor=actor, device=device, said=said)


@shared_task(acks_late=True)
def push_waiting() -> None:
    """Find what is due and was not carried, and carry it."""
    for push_id in Push.objects.due().values_list("pk", flat=True)[:AT_ONCE]:
        push.delay(str(push_id))


@shared_task(acks_late=True)
def reconsider(user_id: str) -> None:
    """Let what was held back for somebody leave when it may by now. Run twice, the second finds nothing held."""
    reconsider_held(actor=current_actor(), user_id=UUID(user_id))


@shared_task(acks_late=True)
def forget() -> None:
    """Let go of what the log need not tell any more."""
    logger.info("%s lines of the log of notices forgotten", forget_tellings(actor=current_actor()))


@shared_task(acks_late=True)
def chase_due() -> None:
    """Follow up what was not done. Run twice, or by two at once, nobody is told twice."""
    while chase(actor=current_actor()):
        pass
