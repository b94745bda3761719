"""Who is owed a word when something happens; each app says so in its ``notices.py``."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet

from kernel.actor import Actor
from kernel.events import Record


@dataclass(frozen=True)
class Due:
    """A word owed to one person.

    ``url`` is a path on our pages. ``later`` lets a mail wait some minutes, and drops it when the
    person has read the notice by then. Words of one kind and ``fold`` are one notice as long as the person has
    not read it: the newest, counted, with the way to the first. ``is_seen`` is true where they have seen already
    what they are told of: it stands among what they have read, and nothing is sent.
    """

    user_id: UUID
    url: str = "/"
    urgency: Literal["now", "later"] = "now"
    fold: str = ""
    is_seen: bool = False


StillMay = Callable[
    [Any, Sequence[Due]], Iterable[Due]
]  # of one person's dues, those that they may know of now


@dataclass(frozen=True)
class Act:
    """What a word asks of its reader, who is reminded of it, and whose place somebody else may have to take.

    ``still_open`` gives back the dues, of however many people, that wait for them yet. ``passes_at`` says of those
    when somebody else is to be told, where the app knows whom; ``pass_on`` tells them, and leaves it on record.
    ``answer`` says at which address its reader may act from a letter, given who reads it and what it leads to.
    """

    still_open: Callable[[Sequence[Due]], Iterable[Due]]
    passes_at: Callable[[Sequence[Due]], Mapping[Due, datetime]] | None = None
    pass_on: Callable[[Actor, Sequence[Due]], None] | None = None
    answer: Callable[[UUID, str], str | None] | None = None


@dataclass(frozen=True)
class Duty:
    """One app's answer to one event. ``kind`` is what people choose by in their settings."""

    kind: str
    mail: bool
    find: Callable[[Record], Iterable[Due]]
    still_may: StillMay | None = None
    binding: bool = False
    own: bool = False
    act: Act | None = None


Finder = Callable[[Record], Iterable[Due]]
DUTIES: dict[str, list[Duty]] = defaultdict(list)


def owes(
    *events: str,
    kind: str,
    mail: bool = False,
    still_may: StillMay | None = None,
    binding: bool = False,
    own: bool = False,
    act: Act | None = None,
) -> Callable[[Finder], Finder]:
    """Register who is told of ``events`` (their names).

    Args:
        kind: what people choose by, such as ``approval``.
        mail: whether it also goes by mail, unless the person says otherwise.
        still_may: asked again with (user, dues) when the word is made, when the mail leaves and when it is read
            again in the log; gives back those that the person may know of, in as many queries as for one.
        binding: they are told whatever they chose.
        own: they are told of their own act too, since somebody else may have done it in their name.
        act: what they are to do about it; they are reminded until it is done.
    """

    def register(find: Finder) -> Finder:
        for event in events:
            DUTIES[event].append(Duty(kind, mail, find, still_may, binding, own, act))
        return find

    return register


def duties(event: str) -> list[Duty]:
    return DUTIES.get(event, [])


def answer_at(event: str, user_id: UUID, url: str) -> str | None:
    """Return where the reader of a letter may act on it at once; None where they sign in to act."""
    ways = (duty.act.answer for duty in duties(event) if duty.act is not None and duty.act.answer is not None)
    return next((found for way in ways if (found := way(user_id, url))), None)


def kinds() -> dict[str, bool]:
    """Return every kind that somebody may be told of, and whether it goes by mail by default."""
    found: dict[str, bool] = {}
    for known in DUTIES.values():
        for duty in known:
            found[duty.kind] = found.get(duty.kind, False) or duty.mail
    return dict(sorted(found.items()))


def still_in(rows: QuerySet, dues: Iterable[Due], key: Callable[[Due], Hashable]) -> list[Due]:
    """Return the dues that are about one of ``rows``, by the key that stands in their address."""
    keys = {due: key(due) for due in dues}
    found = set(rows.filter(pk__in=set(keys.values())).values_list("pk", flat=True))
    return [due for due in keys if keys[due] in found]
