"""Who wants to hear of a message, besides those it is meant for: by channel, and by the words it holds.

The worker asks when it makes the notices; whoever posts does not pay for it.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import F, Q, Subquery
from django.db.models.functions import Lower, StrIndex

from chat.models import Arrangement, Keyword, Message
from chat.models.own import Arrangements
from workspaces.models import Member

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


def hearing_all(channel_id: Any) -> Iterator[UUID]:
    rows = Arrangement.objects.filter(channel=channel_id, hears=Hears.ALL).order_by("user_id")
    yield from rows.values_list("user_id", flat=True)


def listening_for(message_id: Any) -> set[UUID]:
    """Return those of its room who listen for a word that a message holds; whether they read it, is asked later."""
    said = Message.objects.filter(pk=message_id)
    body = Subquery(said.annotate(low=Lower("body")).values("low"))
    seated = Member.objects.filter(workspace=Subquery(said.values("workspace"))).values("user")
    rows = Keyword.objects.filter(user__in=seated).annotate(at=StrIndex(body, F("word")))
    found = list(rows.filter(at__gt=0).values_list("user_id", "word"))
    if not found:
        return set()
    text = said.values_list("body", flat=True).first() or ""
    return {user_id for user_id, word in found if holds(text, word)}


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
