"""What is written and not sent yet, on every device of who writes it. The newest wins."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from chat.models import Channel, Draft, Message
from kernel.acting import database
from kernel.actor import Actor
from kernel.operations import operation
from realtime import publish


@operation
def keep_draft(
    *, actor: Actor, channel: Channel, body: str, at: datetime, thread: Message | None = None
) -> Draft:
    """Keep what somebody writes in a place, as it was at ``at``; without words, nothing is left of it.

    A device that was away says late what is older than what stands here: then that stays, and is returned. So does
    that there is nothing, which is why an empty one keeps its moment.
    """
    at = min(at, timezone.now())  # a clock that is ahead wins no longer than it is
    place = {"user": actor.user, "channel": channel, "thread": thread}
    found = Draft.objects.select_for_update().filter(**place).first()
    if found is None:
        found, _is_new = Draft.objects.get_or_create(**place, defaults={"body": body, "at": at})
        _show(actor, found, begins_or_ends=bool(body))
    elif found.at < at:
        begins_or_ends = bool(found.body) != bool(body)
        found.body, found.at = body, at
        found.save(update_fields=["body", "at"])
        _show(actor, found, begins_or_ends=begins_or_ends)
    return found


def _show(actor: Actor, draft: Draft, *, begins_or_ends: bool) -> None:
    """Let the composers of the person's other screens follow; their sidebars only where the pencil comes or goes."""
    said = {
        "channel": str(draft.channel_id),
        "thread": str(draft.thread_id) if draft.thread_id else None,
        "body": draft.body,
        "at": draft.at.isoformat(),
    }
    where = f"me:{actor.user_id}"
    transaction.on_commit(lambda: publish(where, "draft.changed", said), using=database(), robust=True)
    if begins_or_ends:
        transaction.on_commit(lambda: publish(where, "sidebar.changed", {}), using=database(), robust=True)
