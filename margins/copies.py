"""What a person has written beside things, where they still may look."""

from collections.abc import Iterator
from typing import Any

from kernel.actor import Actor
from kernel.copies import keeps
from margins.models import Note


@keeps("internal_notes")
def internal_notes(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Note.objects.visible_to(actor).filter(author_id=actor.user_id).order_by("id")
    yield from mine.values("id", "kind", "object_id", "body", "created_at", "edited_at")
