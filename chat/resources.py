"""A message as everybody is shown it: the API, the socket and the page draw from the same words."""

from collections import defaultdict
from html import unescape
from typing import Any

from django.utils.html import strip_tags
from django.utils.text import Truncator

from chat.models import Message

QUOTED = 280  # characters of a quoted message that are shown


def _moment(value: Any) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if value else None


def resource_of(message: Message, *, is_new: bool = False) -> dict[str, Any]:
    """Return a message viewer-neutral; ``is_new`` spares asking for reactions it cannot have yet."""
    org = message.organization
    return {
        "id": str(message.pk),
        "seq": message.seq,
        "channel": str(message.channel_id),
        "author": {
            "id": str(message.author_id),
            "name": message.author.name,
            "avatar_url": message.author.avatar_url,
            "org": {"id": str(org.pk), "name": org.name} if org else None,
            "external": message.is_external,
            "company": message.company,
            "is_bot": message.author.is_bot,
        },
        "body": message.body,
        "html": message.html,
        "created_at": _moment(message.created_at),
        "edited_at": _moment(message.edited_at),
        "deleted_at": _moment(message.deleted_at),
        "recalled": bool((message.card or {}).get("recalled")),
        "line": (message.card or {}).get("line"),
        "expired": bool(message.expired),
        "reply_to": str(message.thread_id) if message.thread_id else None,
        "quote": _quote(message.quotes) if message.quotes_id else None,
        "pinned_at": _moment(message.pinned_at),
        "acknowledgement": _asked(message),
        "poll": (message.card or {}).get("poll"),
        "forwarded": _forwarded(message),
        "thread": {"count": message.reply_count, "last_reply_at": _moment(message.last_reply_at)},
        "mentions": [str(one) for one in message.mentions],
        "attachments": message.attached,
        "reactions": [] if is_new or message.deleted_at else _reactions(message),
    }


def _asked(message: Message) -> dict[str, Any] | None:
    """Return how far an ask is; one that was drawn before days were watched is not overdue."""
    said = (message.card or {}).get("acknowledgement")
    return {"overdue": False, **said} if said else None


def words_of(html: str) -> str:
    """Return what is drawn as words on one line, for places where nothing is drawn."""
    return unescape(" ".join(strip_tags(html).split()))


def _quote(quoted: Message | None) -> dict[str, Any] | None:
    """Return what stands above the words of a message that quotes: of a long one the beginning, of a deleted nothing."""
    if quoted is None:
        return None
    return {
        "id": str(quoted.pk),
        "seq": quoted.seq,
        "thread": str(quoted.thread_id) if quoted.thread_id else None,
        "author": {"id": str(quoted.author_id), "name": quoted.author.name},
        "words": Truncator(words_of(quoted.html)).chars(QUOTED),
        "created_at": _moment(quoted.created_at),
        "deleted_at": _moment(quoted.deleted_at),
    }


def _reactions(message: Message) -> list[dict[str, Any]]:
    people: dict[str, list[Any]] = defaultdict(list)
    for one in message.reactions.all():
        people[one.emoji].append(one.user)
    return [
        {
            "emoji": emoji,
            "count": len(users),
            "users": [{"id": str(one.pk), "name": one.name} for one in users],
        }
        for emoji, users in people.items()
    ]


def _forwarded(message: Message) -> dict[str, Any] | None:
    """Return what was brought along; what came before files did has none."""
    brought = (message.card or {}).get("forwarded")
    return {"files": [], **brought} if brought else None
