"""From the chains to those who read them: notices, and whoever else registers."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audit.models import Outbox
from audit.operations.sealing import MAX_ATTEMPTS, pause_after
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import Reader, readers
from kernel.memory import remembering
from kernel.operations import operation

logger = logging.getLogger("collab.audit")
BATCH = 100


@operation
def relay_some(*, actor: Actor) -> int:
    """Show sealed events to every reader, 100 at most; return how many were shown.

    What a reader changes commits together with the note that it has read, so a worker that dies
    leaves neither. A reader that fails is asked again later; the others and the next events go on.
    """
    now = timezone.now()
    ready = Outbox.objects.unread().filter(Q(due_at=None) | Q(due_at__lte=now))
    events = list(ready.select_for_update(skip_locked=True)[:BATCH])
    done = [event.pk for event in events]
    if len(events) == 1 or not _shown_at_once(events):
        done = [event.pk for event in events if _shown_to_all(event, now)]
    if done:
        Outbox.objects.filter(pk__in=done).delete()
    return len(events)


def _shown_at_once(events: list[Outbox]) -> bool:
    """Show all in one go; if anything went wrong nothing has been read, and each must be shown by itself."""
    try:
        with transaction.atomic(using=database()), remembering():
            records = {event: event.record() for event in events}
            for reader in readers():
                if unread := [records[event] for event in events if _name(reader) not in event.read_by]:
                    reader(unread)
    except Exception:
        logger.warning("what was sealed cannot be read together; reading one by one", exc_info=True)
        return False
    return True


def _shown_to_all(event: Outbox, now: datetime) -> bool:
    failures = [failure for reader in readers() if (failure := _show(event, reader))]
    if not failures:
        return True
    event.attempts += 1
    event.error = failures[0]
    event.due_at = now + pause_after(event.attempts)
    event.parked_at = now if event.attempts >= MAX_ATTEMPTS else None
    event.save(update_fields=["attempts", "error", "due_at", "parked_at", "read_by"])
    return False


def _show(event: Outbox, reader: Reader) -> str:
    """Let one reader read, unless it has; return the class of what went wrong, or nothing."""
    name = _name(reader)
    if name in event.read_by:
        return ""
    try:
        with transaction.atomic(using=database()):
            reader([event.record()])
    except Exception as error:
        logger.warning("%s could not read %s", name, event.name, exc_info=True)
        return type(error).__name__
    event.read_by.append(name)
    return ""


def _name(reader: Reader) -> str:
    return f"{reader.__module__}.{reader.__qualname__}"
