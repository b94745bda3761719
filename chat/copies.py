"""What a person has said, in the channels they still read."""

from collections.abc import Iterator
from typing import Any

from chat.models import Message
from kernel.actor import Actor
from kernel.copies import keeps

BATCH = 500


@keeps("messages")
def messages(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Message.objects.visible_to(actor).filter(author_id=actor.user_id, deleted_at=None).order_by("id")
    said = mine.values("id", "channel_id", "channel__name", "seq", "body", "created_at", "edited_at")
    yield from said.iterator(chunk_size=BATCH)
