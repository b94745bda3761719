"""Who wants to hear of a message, besides those it is meant for: by channel, and by the words it holds.

The worker asks when it makes the notices; whoever posts does not pay for it.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q

from chat.models import Arrangement
from chat.models.own import Arrangements
from kernel.memory import remembered
from kernel.prepared import Prepared, execute

Hears = Arrangement.Hears


def unhearing(channel_id: Any) -> set[str]:
    """Return those who want to be told of nothing that is said there."""
    return _keys(Arrangement.objects.filter(channel=channel_id, hears=Hears.NOTHING))


def unhearing_direct(channel_id: Any, named: Collection[str]) -> set[str]:
    """Return the same of a direct message, of which all is told where nobody says otherwise or mutes it."""
    quiet = Q(hears=Hears.NOTHING) | Q(hears=None, is_muted=True)
    quiet |= Q(hears=Hears.NAMED) & ~Q(user__in=named)
    return _keys(Arrangement.objects.filter(quiet, channel=channel_id))


def _keys(rows: Arrangements) -> set[str]:
    return {str(one) for one in rows.values_list("user_id", flat=True)}


@remembered
def hearing_all(channel_id: str) -> list[UUID]:
    return [user_id for (user_id,) in HEARING_ALL.all(channel=UUID(channel_id))]


# The worker asks both of every channel in which something was said.
HEARING_ALL = Prepared(
    lambda channel: (
        Arrangement.objects.filter(channel=channel, hears=Hears.ALL)
        .order_by("user_id")
        .values_list("user_id")
    ),
    channel=UUID,
)
LISTENERS = """
SELECT EXISTS (
    SELECT FROM chat_channel c JOIN workspaces_member s ON s.workspace_id = c.workspace_id
      JOIN chat_keyword k ON k.user_id = s.user_id WHERE c.id = %s
)
"""
LISTENING = """
SELECT k.user_id, k.word, m.body FROM chat_message m
  JOIN workspaces_member s ON s.workspace_id = m.workspace_id
  JOIN chat_keyword k ON k.user_id = s.user_id AND strpos(lower(m.body), k.word) > 0
 WHERE m.id = %s
"""


@remembered
def has_listeners(channel_id: str) -> bool:
    """Tell whether anybody in a channel's room listens for any word."""
    ((found,),) = execute(LISTENERS, [UUID(channel_id)], ("uuid",))
    return found


def listening_for(channel_id: str, message_id: str) -> set[UUID]:
    """Return those of its room who listen for a word that a message holds; whether they read it, is asked later."""
    if not has_listeners(channel_id):
        return set()
    found = execute(LISTENING, [UUID(message_id)], ("uuid",))
    return {user_id for user_id, word, text in found if holds(text, word)}


def holds(text: str, word: str) -> bool:
    """Tell whether a word stands in a text: one of letters by itself, one of Chinese anywhere.

    >>> holds("The SLA is met", "sla"), holds("translate", "sla"), holds("看报价单", "报价")
    (True, False, True)
    """
    begins = r"(?<![a-z0-9_])" if _is_latin(word[0]) else ""
    ends = r"(?![a-z0-9_])" if _is_latin(word[-1]) else ""
    return re.search(f"{begins}{re.escape(word)}{ends}", text.lower()) is not None


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


def heard(people: Iterable[Any], deaf: set[str]) -> Iterator[UUID]:
    yield from (UUID(str(one)) for one in people if str(one) not in deaf)
