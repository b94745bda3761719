"""Found messages as a page of results shows them: by channel, the words marked, with what stands around them."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from chat.models import Channel, Message
from chat.operations.channels import name_for
from chat.places import icon_of
from chat.terms import ENDING, text_of

BEFORE, LONG, BESIDE = 60, 240, 100  # characters


@dataclass(frozen=True)
class Hit:
    message: Message
    excerpt: SafeString
    url: str
    before: str = ""
    after: str = ""


@dataclass
class Group:
    """What was found in one channel."""

    channel: Channel
    title: str
    icon: str
    hits: list[Hit] = field(default_factory=list)


def by_channel(rows: Sequence[Message], words: Sequence[str], reader: UUID | None) -> list[Group]:
    """Return the channels in order of their newest hit."""
    beside, groups = _neighbours(rows), dict[UUID, Group]()
    for one in rows:
        group = groups.get(one.channel_id)
        if group is None:
            place = one.channel
            title = name_for(place, reader) if place.is_direct else place.name
            group = groups[one.channel_id] = Group(place, title, icon_of(place))
        before, after = (beside.get((one.channel_id, one.thread_id, one.seq + step), "") for step in (-1, 1))
        group.hits.append(Hit(one, excerpt(one.html, words), address_of(one), before, after))
    return list(groups.values())


def address_of(message: Message) -> str:
    """Return where a message stands: in its thread, or in its channel with those around it."""
    if message.thread_id:
        where = reverse("thread", args=[message.channel_id, message.thread_id])
    else:
        where = f"{reverse('channel', args=[message.channel_id])}?around={message.seq}"
    return f"{where}#message-{message.pk}"


def _neighbours(rows: Iterable[Message]) -> dict[tuple[UUID, UUID | None, int], str]:
    """Return what was said just before and after, in one question for all."""
    asked = Q()
    for one in rows:
        asked |= Q(channel=one.channel_id, thread=one.thread_id, seq__in=(one.seq - 1, one.seq + 1))
    if not asked:
        return {}
    found = Message.objects.filter(asked, deleted_at=None).select_related("author")
    return {
        (one.channel_id, one.thread_id, one.seq): f"{one.author.name}: {shortened(text_of(one.html))}"
        for one in found
    }


def shortened(text: str) -> str:
    return text if len(text) <= BESIDE else f"{text[: BESIDE - 1]}…"


def excerpt(drawn: str, words: Sequence[str]) -> SafeString:
    """Return the text around the first word that was looked for, as HTML, with each of them marked."""
    text = text_of(drawn)
    marks = _pattern(words)
    first = marks.search(text) if marks else None
    start = max(0, first.start() - BEFORE) if first else 0
    shown = text[start : start + LONG]
    pieces, at = ["…" if start else ""], 0
    for found in marks.finditer(shown) if marks else ():
        pieces += [html.escape(shown[at : found.start()]), f"<mark>{html.escape(found[0])}</mark>"]
        at = found.end()
    pieces += [html.escape(shown[at:]), "…" if start + LONG < len(text) else ""]
    return mark_safe("".join(pieces))  # noqa: S308  each piece was escaped


def _pattern(words: Sequence[str]) -> re.Pattern[str] | None:
    """Return what finds the words in a text: English ones in whatever form they stand there."""
    if not words:
        return None
    forms = (rf"\b{re.escape(ENDING.sub('', one))}\w*" if one.isascii() else re.escape(one) for one in words)
    return re.compile("|".join(sorted(forms, key=len, reverse=True)), re.IGNORECASE)
