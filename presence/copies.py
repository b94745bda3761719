"""What a person says of themselves."""

from collections.abc import Iterator
from typing import Any

from kernel.actor import Actor
from kernel.copies import keeps
from presence.models import Status


@keeps("status")
def status(actor: Actor) -> Iterator[dict[str, Any]]:
    yield from (
        Status.objects.visible_to(actor).filter(user_id=actor.user_id).values("emoji", "words", "until")
    )
