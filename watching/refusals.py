"""Whose it was that somebody was refused, and when the record is told of it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from redis import Redis

from chat.models import Channel, Message
from orgs.models import Organization
from workspaces.models import Member, Participant, Workspace

# Of what an address names, the organization that decides over it.
OWNERS: dict[str, tuple[str, Any, str]] = {
    "workspace_id": ("workspace", Workspace, "host_id"),
    "channel_id": ("channel", Channel, "workspace__host_id"),
    "message_id": ("message", Message, "channel__workspace__host_id"),
    "member_id": ("workspace_member", Member, "workspace__host_id"),
    "participant_id": ("participant", Participant, "workspace__host_id"),
    "org_id": ("org", Organization, "pk"),
}
FORGOTTEN_AFTER = 3600  # seconds


def owner_of(named: dict[str, str]) -> tuple[str, UUID, UUID] | None:
    """Return kind and key of what an address names, and whose it is; None if it is nobody's."""
    for word, key in named.items():
        kind, noun, path = OWNERS[word]
        owner = noun.objects.filter(pk=key).values_list(path, flat=True).first()
        if owner is not None:
            return kind, UUID(key), owner
    return None


def is_told_at(count: int) -> bool:
    """Tell whether the record hears of the ``count``-th refusal within the hour: 1, 5, 10, and then each doubling."""
    return count in (1, 5) or (count % 10 == 0 and (count // 10).bit_count() == 1)


def told_before(count: int) -> int:
    """Return up to which refusal the record had been told, when it is told of the ``count``-th."""
    return next((one for one in range(count - 1, 0, -1) if is_told_at(one)), 0)


def count_refusal(person_id: UUID, organization_id: UUID, request_id: str) -> int:
    """Return how many there were within this hour, and 0 for a request that was counted already."""
    key = f"refused:{person_id}:{organization_id}"
    with Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as valkey:
        is_new = valkey.sadd(key, request_id)
        valkey.expire(key, FORGOTTEN_AFTER, nx=True)
        return int(valkey.scard(key)) if is_new else 0
