"""What the pages of a channel show, in a constant number of queries."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from chat.models import (
    Acknowledgement,
    Arrangement,
    Channel,
    Channels,
    Draft,
    Follow,
    Follows,
    Mention,
    Message,
    Messages,
    Poll,
    Reaction,
    ReadMark,
    Saved,
    people_reading,
    seats_reading,
)
from chat.models.messages import BESIDE
from chat.people import outsiders_among, sides_of
from chat.resources import resource_of
from kernel.actor import Actor
from kernel.errors import NotVisible
from kernel.prepared import Prepared, among, attach, execute, together
from orgs.countries import is_abroad
from workspaces.models import Member, Members, Workspace

PAGE = 50
MANY_NEW = 1000
FACES = 3


def with_unread(channels: Channels, actor: Actor) -> Channels:
    """Say of each channel how much of it is unread, how often the actor is named there, whether they write there,
    and how they have arranged it."""
    mark = ReadMark.objects.filter(channel=OuterRef("pk"), user_id=actor.user_id).values("seq")[:1]
    named = Mention.objects.filter(channel=OuterRef("pk"), seq__gt=OuterRef("read"), user_id=actor.user_id)
    count = named.order_by().values("channel").annotate(n=Count("pk")).values("n")
    drafts = Draft.objects.written().filter(channel=OuterRef("pk"), user_id=actor.user_id)
    mine = FilteredRelation("arrangements", condition=Q(arrangements__user=actor.user_id))
    arranged = channels.annotate(mine=mine).annotate(
        standing=Coalesce(F("mine__standing"), Value(Arrangement.Standing.ROOM)),
        shelf=F("mine__shelf"),
        muted=Coalesce(F("mine__is_muted"), Value(False)),
        hears=F("mine__hears"),
    )
    return arranged.annotate(read=Coalesce(Subquery(mark), 0), has_draft=Exists(drafts)).annotate(
        unread=F("last_seq") - F("read"), named=Coalesce(Subquery(count), 0)
    )


def draft_in(channel: Channel, actor: Actor, thread: UUID | None = None) -> Draft | None:
    """Return what the actor has written in a place and not sent; where the sidebar knows of none, nobody asks."""
    if not getattr(channel, "has_draft", True):
        return None
    return Draft.objects.written().filter(channel=channel, user_id=actor.user_id, thread=thread).first()


@dataclass(frozen=True)
class Audience:
    """Who reads along: as many people, some of their faces, and who of them comes from elsewhere."""

    people: int
    faces: list[User]
    outside: list[str]  # organizations other than the one that the actor acts for
    companies: dict[str, int]  # of external contacts, with how many
    abroad: int = 0  # how many are known to work in another country than the actor's organization

    @property
    def organizations(self) -> int:
        return len(self.outside) + 1

    @property
    def guests(self) -> int:
        return sum(self.companies.values())


def audience_of(actor: Actor, channel: Channel) -> Audience:
    """Return who reads a channel of a room, in one round trip however many they are."""
    where = {"channel": channel.pk, "workspace": channel.workspace_id}
    if channel.internal_to_id:
        where["internal"] = channel.internal_to_id
    kind = (channel.kind, channel.classification, channel.internal_to_id is not None)
    home = actor.org.country if actor.org else ""
    groups, seats = together(*(one.about(**where) for one in _readers(*kind)))
    companies: Counter[str] = Counter()
    for *_, company, _country, count in groups:
        if company is not None:
            companies[company] += count
    return Audience(
        people=sum(count for *_, count in groups),
        faces=[seat.user for seat in seats],
        outside=list(dict.fromkeys(name for org, name, *_ in groups if org != actor.org_id)),
        companies=dict(companies),
        abroad=sum(count for *_, country, count in groups if is_abroad(country, home)),
    )


def audience_among(actor: Actor, people: list[User]) -> Audience:
    """Return who reads a direct message; who comes from elsewhere counts by what they speak for."""
    outsiders = outsiders_among(actor, people)
    sides = sides_of(actor, outsiders) if outsiders else {}
    outside = list(dict.fromkeys(sides.get(one.pk, one.name) for one in outsiders))
    return Audience(len(people), people[:FACES], outside, {})


@cache
def _readers(kind: str, label: str, is_internal: bool) -> tuple[Prepared[Member], Prepared[Member]]:
    """Return the two questions about those who read a channel of this kind: how many, and who comes first."""
    kinds = {"channel": UUID, "workspace": UUID} | ({"internal": UUID} if is_internal else {})

    def seats(channel: UUID, workspace: UUID, internal: UUID | None = None) -> Members:
        place = Channel(pk=channel, kind=kind, label=label, internal_to_id=internal)
        place.workspace = Workspace(pk=workspace, classification=label)
        return seats_reading(place).filter(user__is_bot=False)

    def counted(**where: UUID) -> Any:
        country = Coalesce("contact__country", "organization__country")
        groups = seats(**where).values_list("organization", "organization__name", "contact__company", country)
        return groups.annotate(Count("pk")).order_by("organization__name")

    def faces(**where: UUID) -> Members:
        return seats(**where).select_related("user").order_by("contact", "user__name")[:FACES]

    return Prepared(counted, **kinds), Prepared(faces, **kinds)


@dataclass
class Day:
    day: Any
    rows: list[dict[str, Any]] = field(default_factory=list)


def timeline(messages: list[Message], read: int | None, reader: Any) -> list[Day]:
    """Group by the reader's days, and mark where the unread ones begin."""
    days: list[Day] = []
    marked = read is None
    for message in messages:
        shown = resource_of(message)
        moment = timezone.localtime(parse_datetime(shown["created_at"]))
        if not marked and message.seq > (read or 0) and message.author_id != reader:
            shown["is_first_unread"] = marked = True
        shown["is_saved"] = getattr(message, "is_saved", False)
        if not days or days[-1].day != moment.date():
            days.append(Day(moment.date()))
        days[-1].rows.append(shown)
    return days


def page_of(messages: Messages, *, before: int | None = None, after: int | None = None, around: int | None = None,
            limit: int = PAGE) -> list[Message]:  # fmt: skip
    """Return at most ``limit`` messages in order: the newest, or those beside a number."""
    rows = messages.told()
    if after is not None:
        return list(rows.filter(seq__gt=after).order_by("seq")[:limit])
    if around is not None:
        older = list(rows.filter(seq__lte=around).order_by("-seq")[: limit // 2])
        return older[::-1] + list(rows.filter(seq__gt=around).order_by("seq")[: limit - len(older)])
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return list(rows.order_by("-seq")[:limit])[::-1]


def new_in(channel: Channel, read: int, reader: UUID | None) -> int:
    """Return how many messages of others outside of threads came after a number; of very many one more than ``MANY_NEW``."""
    rows = Message.objects.filter(channel=channel, thread=None, seq__gt=read).exclude(author_id=reader)
    return rows.order_by("seq")[: MANY_NEW + 1].count()


def with_saved(messages: Messages, reader: UUID | None) -> Messages:
    """Say of each message whether its reader keeps it for later."""
    mine = Saved.objects.open().filter(message=OuterRef("pk"), user_id=reader)
    return messages.annotate(is_saved=Exists(mine))


def newest_in(channel: Channel, reader: UUID | None) -> list[Message]:
    """Return the newest messages outside of threads, in order, as a channel's page begins with."""
    rows = NEWEST.all(channel=channel.pk, reader=reader)[::-1]
    attach(rows, "reactions", REACTIONS.all(messages=[one.pk for one in rows]), by="message_id")
    return rows


NEWEST = Prepared(
    lambda channel, reader: (
        with_saved(Message.objects.select_related(*BESIDE), reader)
        .filter(channel_id=channel, thread=None)
        .order_by("-seq")[:PAGE]
    ),
    channel=UUID,
    reader=UUID,
)
REACTIONS = Prepared(
    lambda messages: Reaction.objects.select_related("user").filter(message_id__in=among(messages)),
    messages=list,
)


def own_from(channel: Channel) -> datetime | None:
    """Return the moment from which whoever acts reads the channel; nothing, where they read all of it."""
    if channel.history_days is None:
        return None
    ((since,),) = execute("SELECT (priv.history_floors() ->> %s)::timestamptz", [str(channel.pk)], ("text",))
    return since if since and since > channel.created_at else None


def pins_of(channel: Channel) -> list[Message]:
    """Return what is pinned in a channel, the last pinned first."""
    rows = Message.objects.filter(channel=channel).pinned().told().select_related("pinned_by")
    return list(rows.order_by("-pinned_at"))


@dataclass(frozen=True)
class Receipts:
    """Who of those that read a channel today has read as far as a message: all counted, those one knows by name."""

    read: int
    people: int
    known: list[ReadMark]


def receipts_of(actor: Actor, message: Message) -> Receipts:
    """Return who has read a message; its author counts neither among those who have nor those who should."""
    others = people_reading(message.channel) - {message.author_id}
    marks = ReadMark.objects.filter(channel=message.channel_id, seq__gte=message.seq, user__in=others)
    seen = list(marks.select_related("user").order_by("at"))
    people = [one.user_id for one in seen]
    known = set(User.objects.visible_to(actor).filter(pk__in=people).values_list("pk", flat=True))
    return Receipts(len(seen), len(others), [one for one in seen if one.user_id in known])


def acknowledgements_of(actor: Actor, message: Message) -> Any:
    """Return who is asked to take note of a message and who has, of those whom one knows and those of one's own side."""
    rows = Acknowledgement.objects.filter(ask__message=message).select_related("user", "organization")
    return rows.filter(user__in=User.objects.visible_to(actor))


@dataclass
class AskedSide:
    """One organization's people who are asked, and how far they are."""

    organization: Any
    people: list[Acknowledgement] = field(default_factory=list)

    @property
    def given(self) -> int:
        return sum(1 for one in self.people if one.given_at)


def sides_asked(actor: Actor, message: Message) -> list[AskedSide]:
    """Return who is asked, by organization and name."""
    found: dict[Any, AskedSide] = {}
    for one in acknowledgements_of(actor, message).order_by("organization__name", "user__name"):
        found.setdefault(one.organization_id, AskedSide(one.organization)).people.append(one)
    return list(found.values())


def poll_of(message: Message) -> Poll:
    """Return what a message asks its readers to choose.

    Raises:
        NotVisible: it asks nothing.
    """
    poll = Poll.objects.filter(message=message).first()
    if poll is None:
        raise NotVisible
    return poll


def threads_of(actor: Actor, most: int) -> Follows:
    """Return up to ``most`` threads that somebody follows, those with something new first.

    Of the others nobody counts what is new in them.
    """
    mine = Follow.objects.visible_to(actor).on()
    newest = (F("is_new").desc(), F("thread__last_reply_at").desc(nulls_last=True), "pk")
    keys = mine.annotate(is_new=Exists(Follows.news())).order_by(*newest).values_list("pk", flat=True)
    told = (
        mine.filter(pk__in=list(keys[:most])).with_unread().annotate(is_new=Q(unread__gt=0)).order_by(*newest)
    )
    return told.select_related(
        "channel__workspace", "thread__author", "thread__organization"
    ).prefetch_related("channel__members__user")
