"""From the outbox into the chains."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Q
from django.utils import timezone

from audit.models import FACTS, PLATFORM, Chain, Entry, Outbox, Tile
from kernel.acting import database
from kernel.actor import Actor
from kernel.operations import operation

BATCH = 500
MAX_ATTEMPTS = 8
SEALER_LOCK = 0x5EA1

# The facts go from the outbox to the chain inside the database; only what links them comes from here.
FACT_COLUMNS = ", ".join(FACTS)
LINK = f"""
    INSERT INTO audit_entry (id, chain_id, seq, event_id, body, prev, hash, {FACT_COLUMNS})
    SELECT link.id, link.chain_id, link.seq, link.event_id, link.body, link.prev, link.hash, {FACT_COLUMNS}
      FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::uuid[], %s::bytea[], %s::bytea[], %s::bytea[])
           AS link (id, chain_id, seq, event_id, body, prev, hash)
      JOIN audit_outbox AS event ON event.id = link.event_id
"""  # noqa: S608  column names of our own

Place = tuple[str, UUID]


@operation
def seal_some(*, actor: Actor) -> int:
    """Seal the oldest waiting events, 500 at most, all or none; return how many.

    One sealer works at a time. The next one waits for it, since what it came for may have been
    committed after the first had looked.
    """
    _take_turn()
    now = timezone.now()
    ready = Outbox.objects.unsealed().filter(Q(due_at=None) | Q(due_at__lte=now))
    return _seal(list(ready[:BATCH]))


@operation
def seal_one(*, actor: Actor, event_id: UUID) -> int:
    """Seal a single event, so that one that cannot be sealed does not hold up the others."""
    _take_turn()
    return _seal(list(Outbox.objects.unsealed().filter(pk=event_id)))


@operation
def park_or_retry(*, actor: Actor, event_id: UUID, error: str) -> None:
    """Put an event that failed back for a while, and aside after eight attempts.

    Args:
        error: the class of what went wrong; its words may quote what somebody wrote.
    """
    event = Outbox.objects.locked(event_id)
    event.attempts += 1
    event.error = error[:200]
    event.due_at = timezone.now() + pause_after(event.attempts)
    event.parked_at = timezone.now() if event.attempts >= MAX_ATTEMPTS else None
    event.save(update_fields=["attempts", "error", "due_at", "parked_at"])


def pause_after(attempts: int) -> timedelta:
    """Return how long to leave something alone: 5 s, 10 s, 20 s ... about ten minutes in the end."""
    return timedelta(seconds=5 * 2 ** (attempts - 1))


def places_of(event: Outbox) -> list[Place]:
    """Return whose chains an event enters: the workspace's and that of each organization concerned."""
    places = [("workspace", event.workspace_id)] if event.workspace_id else []
    places += [("org", one) for one in dict.fromkeys([event.org_id, *event.org_ids]) if one]
    return places or [("platform", PLATFORM)]


def _take_turn() -> None:
    with connections[database()].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])


def _seal(events: list[Outbox]) -> int:
    if not events:
        return 0
    chains = _held({place for event in events for place in places_of(event)})
    entries = [chains[place].append(event) for event in events for place in places_of(event)]
    _link(entries)
    Tile.objects.bulk_create([tile for entry in entries for tile in entry.chain.grow(entry)])
    Chain.objects.bulk_update(
        chains.values(), ["last_seq", "head_hash", "tree_size", "edge"], batch_size=BATCH
    )
    sealed = Outbox.objects.filter(pk__in=[event.pk for event in events])
    return sealed.update(sealed_at=timezone.now(), attempts=0, due_at=None, error="")


def _link(entries: list[Entry]) -> None:
    fields = ("id", "chain_id", "seq", "event_id", "body", "prev", "hash")
    columns = [[getattr(entry, field) for entry in entries] for field in fields]
    with connections[database()].cursor() as cursor:
        cursor.execute(LINK, columns)


def _held(places: set[Place]) -> dict[Place, Chain]:
    """Return the chains of ``places``, begun where there was none, and locked in one order."""
    held = _locked(places)
    if missing := places - held.keys():
        begun = [Chain(kind=kind, noun_id=noun_id) for kind, noun_id in sorted(missing)]
        Chain.objects.bulk_create(begun, ignore_conflicts=True)
        held = _locked(places)
    return held


def _locked(places: Iterable[Place]) -> dict[Place, Chain]:
    nouns = [noun_id for _kind, noun_id in places]
    found = Chain.objects.filter(noun_id__in=nouns).order_by("id").select_for_update()
    return {(chain.kind, chain.noun_id): chain for chain in found}
