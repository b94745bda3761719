"""Not every act is weighed by itself: where somebody does much, one of the kind stands for those around it."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from redis import Redis

from audit.models import Chain, Entry, Outbox
from kernel.events import Record
from watching.events import AccessRefused

FORGOTTEN_AFTER = 60  # seconds: a word that the queue has lost holds up nothing
valkey = Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def place_of(record: Record) -> tuple[str, str]:
    """Return whose chain tells of an act: the workspace's, else an organization's."""
    if record.workspace_id:
        return Chain.Kind.WORKSPACE, str(record.workspace_id)
    return Chain.Kind.ORG, str(next(iter(record.org_ids), record.org_id) or "")


def is_first(said: Sequence[str]) -> bool:
    """Tell whether nobody has been asked yet to weigh what this person does of this kind in this place."""
    return bool(valkey.set(_key(said), 1, nx=True, ex=FORGOTTEN_AFTER))


def begin(said: Sequence[str]) -> None:
    """Have the next act ask anew: what comes from here on may not be among what is weighed now."""
    valkey.delete(_key(said))


def newest(kind: str, noun_id: UUID, person: UUID, name: str) -> Record | None:
    """Return the last that a chain tells of this person and kind."""
    rows = Entry.objects.of(kind, noun_id).filter(name=name)
    rows = rows.filter(subject_id=person) if name == AccessRefused.name else rows.filter(actor_id=person)
    entry = rows.order_by("-seq").first()
    return Outbox(id=entry.event_id, **entry.kept()).record() if entry else None


def _key(said: Sequence[str]) -> str:
    return "weighed:" + ":".join(said)
