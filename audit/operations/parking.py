"""What operators do about events that were put aside."""

from django.db import transaction

from audit import nudges
from audit.errors import NotParked
from audit.events import EventRetried
from audit.models import Outbox
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require


@operation
def retry_parked(*, actor: Actor, event: Outbox) -> Outbox:
    """Put an event that failed eight times back among those that wait.

    Raises:
        NotParked: it was not put aside, or somebody was quicker.

    Emits: EventRetried.
    """
    require(actor, "audit.operate", event)  # first: nobody else's login may even look
    event = Outbox.objects.locked(event.pk)
    if event.parked_at is None:
        raise NotParked
    event.parked_at, event.attempts, event.due_at = None, 0, None
    event.save(update_fields=["parked_at", "attempts", "due_at"])
    emit(EventRetried(actor=actor, event_id=event.pk, event_name=event.name))
    transaction.on_commit(nudges.nudge, using=database(), robust=True)
    return event
