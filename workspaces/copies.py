"""Where a person sits."""

from collections.abc import Iterator
from typing import Any

from kernel.actor import Actor
from kernel.copies import keeps
from workspaces.models import Member


@keeps("workspaces")
def seats(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Member.objects.filter(user_id=actor.user_id).order_by("id")
    yield from mine.values("workspace__name", "organization__name", "role", "created_at", "expires_at")
