"""One chain of events for each audience: whoever may read some of them can tell that none was changed or left out.

Events that an organization may not know of stand in other chains, so they leave no gap in its own.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC
from uuid import UUID

from approvals.models import Instance, InstanceEvent
from approvals.models.definitions import canonical


def chain_of(audience: Iterable[UUID]) -> str:
    """Return the name of an audience's chain: its organizations, in one order."""
    return "+".join(sorted(str(one) for one in audience))


def digest(event: InstanceEvent, prev: str) -> str:
    said = {
        "instance": str(event.instance_id),
        "type": event.type,
        "at": event.at.astimezone(UTC).isoformat(),
        "actor": str(event.actor_id or ""),
        "principal": str(event.principal_id or ""),
        "acting_org": str(event.acting_org_id or ""),
        "audience": chain_of(event.audience),
        "payload": event.payload,
        "prev": prev,
    }
    return hashlib.sha256(canonical(said)).hexdigest()


def link(instance: Instance, event: InstanceEvent) -> None:
    """Hang an event onto the chain of its audience."""
    name = chain_of(event.audience)
    event.prev = instance.heads.get(name, "")
    event.hash = digest(event, event.prev)
    instance.heads = instance.heads | {name: event.hash}


def first_broken(instance: Instance, events: Iterable[InstanceEvent]) -> InstanceEvent | None:
    """Return the first event that does not hang together with those before it, in the chains that are given.

    Args:
        events: in their order; all of an audience's, or of several.
    """
    heads: dict[str, str] = {}
    last = None
    for event in events:
        name = chain_of(event.audience)
        if not event.hash and name not in heads:
            continue  # from before events were linked
        if event.prev != heads.get(name, "") or event.hash != digest(event, event.prev):
            return event
        heads[name], last = event.hash, event
    missing = any(instance.heads.get(name) != head for name, head in heads.items())
    return last if missing else None
