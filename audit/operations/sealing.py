"""From the outbox into the chains."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import orjson
from django.db import connections
from django.utils import timezone

from audit.models import FACTS, PLATFORM, Chain, Entry, Erasure, Outbox, Tile
from audit.models.personal import personal_in, without
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import Record
from kernel.operations import operation

BATCH = 500
MAX_ATTEMPTS = 8
SEALER_LOCK = 0x5EA1

# The facts go from the outbox to the chain inside the database; only what links them comes from here.
FACT_COLUMNS = ", ".join(FACTS)
LINK = f"""
    INSERT INTO audit_entry (id, chain_id, seq, event_id, body, prev, hash, salts, names, {FACT_COLUMNS})
    SELECT link.id, link.chain_id, link.seq, link.event_id, convert_to(link.body, 'UTF8'), decode(link.prev, 'hex'),
           decode(link.hash, 'hex'), link.salts, link.names, {FACT_COLUMNS}
      FROM json_to_recordset(%s) AS link (id uuid, chain_id bigint, seq bigint, event_id uuid, body text, prev text,
                                          hash text, salts jsonb, names uuid[])
      JOIN audit_outbox AS event ON event.id = link.event_id
"""  # noqa: S608  column names of our own

Place = tuple[str, UUID]


@operation
def seal_some(*, actor: Actor) -> int | None:
    """Seal the oldest waiting events, 500 at most, all or none; return how many, or None where another is at it.

    One sealer works at a time, and nobody stands in line for its lock: under load such a line grows longer than a
    lock's patience. What the second one came for may have been committed after the first had looked, so it comes again.
    """
    if not _is_my_turn():
        return None
    return _seal(list(Outbox.objects.ready()[:BATCH]))


@operation
def seal_one(*, actor: Actor, event_id: UUID) -> int:
    """Seal a single event, so that one that cannot be sealed does not hold up the others."""
    take_turn()
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


def places_of(event: Outbox | Record) -> list[Place]:
    """Return whose chains an event enters: the workspace's and that of each organization concerned."""
    places = [("workspace", event.workspace_id)] if event.workspace_id else []
    places += [("org", one) for one in dict.fromkeys([event.org_id, *event.org_ids]) if one]
    return places or [("platform", PLATFORM)]


def take_turn() -> None:
    """Wait until nobody else seals, and keep others from it until the transaction ends."""
    with connections[database()].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])


def _is_my_turn() -> bool:
    """Take the turn if nobody has it."""
    with connections[database()].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        return cursor.fetchone()[0]


def _seal(events: list[Outbox]) -> int:
    if not events:
        return 0
    forgotten = _forget(events)
    chains = _held({place for event in events for place in places_of(event)})
    entries = [
        chains[place].append(event, forgotten[event.pk]) for event in events for place in places_of(event)
    ]
    _link(entries)
    Tile.objects.bulk_create(_grown(chains.values(), entries))
    Chain.objects.bulk_update(
        chains.values(), ["last_seq", "head_hash", "tree_size", "edge"], batch_size=BATCH
    )
    sealed = Outbox.objects.filter(pk__in=[event.pk for event in events])
    return sealed.update(sealed_at=timezone.now(), attempts=0, due_at=None, error="")


def _forget(events: list[Outbox]) -> dict[UUID, list[str]]:
    """Take out of events what they say about people who have left for good, and return which fields that were."""
    about = {event.pk: personal_in(event) for event in events}
    people = {whom for whose in about.values() for whom in whose.values() if whom}
    gone = set(Erasure.objects.filter(person_id__in=people).values_list("person_id", flat=True))
    found = {key: [field for field, whom in whose.items() if whom in gone] for key, whose in about.items()}
    for event in events:
        for field in found[event.pk]:
            without(event, field)
        if found[event.pk]:
            event.save(update_fields=["actor_name", "address", "device", "subject_label", "payload"])
    return found


def _link(entries: list[Entry]) -> None:
    links = [
        {
            "id": entry.id,
            "chain_id": entry.chain_id,
            "seq": entry.seq,
            "event_id": entry.event_id,
            "body": bytes(entry.body).decode(),
            "prev": bytes(entry.prev).hex(),
            "hash": bytes(entry.hash).hex(),
            "salts": entry.salts,
            "names": entry.names,
        }
        for entry in entries
    ]
    with connections[database()].cursor() as cursor:
        cursor.execute(LINK, [orjson.dumps(links).decode()])


def _grown(chains: Iterable[Chain], entries: list[Entry]) -> list[Tile]:
    by_chain: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_chain[entry.chain_id].append(entry)
    return [tile for chain in chains for tile in chain.grow(by_chain[chain.pk])]


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
