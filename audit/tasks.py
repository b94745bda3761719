"""The record's own work: seal what waits, pass it on, look whether it is whole."""

import logging
import time
from datetime import timedelta

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.db.models import F, Q
from django.utils import timezone

from audit import operations
from audit.models import Chain, Outbox, with_news
from audit.operations import relaying, sealing
from kernel.acting import current_actor

logger = logging.getLogger("collab.audit")
WALKED_EVERY = timedelta(hours=24)
TURN_SECONDS = 5.0  # how long one who was called waits until another has sealed
LOOK_SECONDS = 0.05


@shared_task(acks_late=True)
def seal() -> None:
    """Seal and pass on what waited when it was called for; for what comes meanwhile somebody else is called.

    So under load few turns do much each, where one that went on would find a handful at every look.
    """
    give_up = time.monotonic() + TURN_SECONDS
    while (sealed := _seal_some()) is None or sealed >= sealing.BATCH:
        if sealed is None:
            if time.monotonic() > give_up:
                break  # the clock comes again
            time.sleep(LOOK_SECONDS)
    while operations.relay_some(actor=current_actor()) >= relaying.BATCH:
        pass


def _seal_some() -> int | None:
    try:
        return operations.seal_some(actor=current_actor())
    except (OperationalError, InterfaceError):
        raise  # the database is away: nothing was lost, the clock comes again
    except Exception:
        logger.warning("a batch could not be sealed; sealing one by one", exc_info=True)
        return _seal_one_by_one()


def _seal_one_by_one() -> int:
    """Find the event that spoils its batch, put it back or aside, and seal the others; return how many were tried."""
    actor, waiting = (
        current_actor(),
        list(Outbox.objects.ready().values_list("pk", flat=True)[: sealing.BATCH]),
    )
    for event_id in waiting:
        try:
            operations.seal_one(actor=actor, event_id=event_id)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            logger.exception("event %s could not be sealed", event_id)
            operations.park_or_retry(actor=actor, event_id=event_id, error=type(error).__name__)
    return len(waiting)


@shared_task(acks_late=True)
def verify(chain_id: int, whole: bool = False) -> None:
    operations.verify_chain(actor=current_actor(), chain=Chain.objects.get(pk=chain_id), whole=whole)


@shared_task(acks_late=True)
def verify_all() -> None:
    """Look at what is new in each chain, and once a day at the whole of it."""
    day_ago = timezone.now() - WALKED_EVERY
    unwalked = Q(walked_at=None) | Q(walked_at__lt=day_ago)
    chains = Chain.objects.annotate(news=F("last_seq") - F("verified_seq"))
    for chain in chains.filter(unwalked | Q(news__gt=0, flaw="")):
        verify.delay(chain.pk, whole=chain.walked_at is None or chain.walked_at < day_ago)


@shared_task(acks_late=True)
def checkpoint(chain_id: int) -> None:
    operations.make_checkpoint(actor=current_actor(), chain=Chain.objects.get(pk=chain_id))


@shared_task(acks_late=True)
def checkpoint_all() -> None:
    """Sign each chain that has grown since it was last signed."""
    for chain_id in with_news(Chain.objects.all()).values_list("pk", flat=True):
        checkpoint.delay(chain_id)
