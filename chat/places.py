"""Where channels stand in the shell: under their workspace, direct ones by themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from chat.models import Arrangement, Channel, ChannelMember, Follow, Reminder, Saved, Shelf, is_open_to_all
from chat.operations.channels import name_for
from chat.people import sides_of
from chat.queries import with_unread
from kernel.prepared import Prepared, among, attach, counted, person, together
from ui.palette import MOST_PER_GROUP, Hit, palette
from ui.rail import account_menu
from ui.sidebar import Item, Section, sidebar
from workspaces.models import Member, Members, Workspace
from workspaces.panels import Panel, panels
from workspaces.places import rooms_of, section_key

MOST_DIRECT = 12
ROOM, STARRED, SHELVED, HIDDEN = Arrangement.Standing.values


ICONS = {
    "announcement": "megaphone",
    "internal": "building-2",
    "private": "lock",
    "open": "hash",
    "direct": "message-square",
}


def icon_of(channel: Channel) -> str:
    if channel.is_announcing:
        return ICONS["announcement"]
    return ICONS["internal" if channel.internal_to_id else channel.kind]


def channels_of(request: HttpRequest) -> list[Channel]:
    """Return the channels of the person's rooms with what is unread in them, asked once a request."""
    if not hasattr(request, "_channels"):
        rooms = {one.pk: one for one in rooms_of(request)}
        found = IN_ROOMS.all(user=request.actor.user_id) if rooms else []
        request._channels = [one for one in found if one.workspace_id in rooms]
        for one in request._channels:
            one.workspace = rooms[one.workspace_id]
    return request._channels


def seats_apart(user: Any) -> Members:
    """Return the seats of others that a private channel is read from: of other organizations, and of contacts."""
    named = ChannelMember.objects.filter(channel=OuterRef(OuterRef("pk")), user=OuterRef("user"))
    mine = Member.objects.seated().filter(workspace=OuterRef("workspace"), user=user)
    seats = Member.objects.seated().filter(Exists(named), workspace=OuterRef("workspace"))
    return seats.filter(~Q(organization=Subquery(mine.values("organization")[:1])) | Q(contact__isnull=False))


# Every page asks these. They are drawn by the database for whoever acts, so who is meant need not be said twice.
IN_ROOMS = Prepared(
    lambda user: (
        with_unread(
            Channel.objects.drawn_by_the_database(person(user)).of_rooms().select_related("internal_to"),
            person(user),
        )
        .annotate(
            is_mixed=Case(When(kind=Channel.Kind.PRIVATE, then=Exists(seats_apart(user))), default=False)
        )
        .filter(state=Channel.State.ACTIVE)
        .order_by("internal_to", "kind", "name")
    ),
    user=UUID,
)
# Those that one has put somewhere first, so that none of them is beyond the last one shown.
DIRECT = Prepared(
    lambda user: (
        with_unread(Channel.objects.drawn_by_the_database(person(user)).direct(), person(user))
        .exclude(standing=HIDDEN, read__gte=F("last_seq"))
        .order_by(Case(When(standing__in=[STARRED, SHELVED], then=0), default=1), "-last_seq", "-pk")
    )[:MOST_DIRECT],
    user=UUID,
)
NAMED = Prepared(
    lambda channels: ChannelMember.objects.select_related("user").filter(channel_id__in=among(channels)),
    channels=list,
)


def item_of(channel: Any) -> Item:
    """Return a channel as the sidebar shows it; a muted one counts only where one is named."""
    where = reverse("channel", args=[channel.pk])
    unread = channel.unread > 0 and (not channel.muted or channel.named > 0)
    common = {
        "url": where,
        "unread": unread,
        "draft": channel.has_draft,
        "muted": channel.muted,
        "alert": True,
    }
    if channel.is_direct:
        count = channel.named if channel.muted else channel.unread
        return Item(label=channel.title, avatar=channel.other, count=count, **common)
    external = channel.workspace.is_shared and not channel.internal_to_id
    if channel.kind == Channel.Kind.PRIVATE:
        external = channel.is_mixed
    if not channel.muted:
        common["heard"] = f"{'lobby' if is_open_to_all(channel) else 'inner'}:{channel.workspace_id}"
    return Item(label=channel.name, icon=icon_of(channel), count=channel.named, external=external, **common)


def is_shown(channel: Any) -> bool:
    """Tell whether it stands in the sidebar: a hidden one comes back while somebody calls one there."""
    calls = channel.named > 0 or (channel.is_direct and channel.unread > 0)
    return channel.standing != HIDDEN or calls


@dataclass(frozen=True)
class Own:
    """What a person's own sidebar holds besides the channels of their rooms."""

    directs: list[Any]
    shelves: list[Shelf]
    new: int  # threads with something new, as far as they are counted
    due: int  # reminders, as far


def own_of(request: HttpRequest) -> Own:
    """Return it, asked once a request and in one round trip."""
    if not hasattr(request, "_own"):
        me = request.actor.user_id
        asked = (one.about(user=me) for one in (DIRECT, SHELVES, NEW, DUE, NOTED))
        directs, shelves, new, due, noted = together(*asked)
        _entitle(directs, me)
        request._own = Own(directs, shelves, len(new), len(due) + len(noted))
    return request._own


def _entitle(directs: list[Any], reader: UUID | None) -> None:
    """Call direct messages by the others in them."""
    named = NAMED.all(channels=[one.pk for one in directs]) if directs else []
    attach(directs, "members", named, by="channel_id")
    for one in directs:
        one.title = name_for(one, reader)
        one.other = next((m.user for m in one.members.all() if m.user_id != reader), None)


@sidebar.feed(place=25)
def arranged(request: HttpRequest) -> Iterator[Section]:
    """Favourites first, then the sections of one's own, in one's own order."""
    if request.actor.user_id is None:
        return
    channels = [*channels_of(request), *own_of(request).directs]
    starred = [item_of(one) for one in channels if one.standing == STARRED]
    yield Section(key="favourites", title=_("Favourites"), items=starred)
    for shelf in own_of(request).shelves:
        here = [item_of(one) for one in channels if one.shelf == shelf.pk]
        yield Section(key=f"section-{shelf.pk.hex}", title=shelf.name, url=reverse("sections"), items=here)


def _at_home(request: HttpRequest, channel: Any) -> bool:
    """Tell whether it stands where it would by itself; of a section that is gone, it does."""
    shelves = {shelf.pk for shelf in own_of(request).shelves}
    elsewhere = channel.standing == STARRED or channel.shelf in shelves
    return not elsewhere and is_shown(channel)


@sidebar.feed(place=5)
def own_places(request: HttpRequest) -> Iterator[Section]:
    if request.actor.user_id is None:
        return
    own = own_of(request)
    yield Section(
        items=[
            Item(
                label=_("Threads"),
                url=reverse("threads"),
                icon="messages-square",
                count=own.new,
                alert=True,
                unread=own.new > 0,
            ),
            Item(label=_("Later"), url=reverse("later"), icon="bookmark", count=own.due, alert=True),
        ]
    )


SHELVES = Prepared(lambda user: Shelf.objects.visible_to(person(user)).order_by("place", "pk"), user=UUID)
NEW = Prepared(lambda user: counted(Follow.objects.visible_to(person(user)).unread()), user=UUID)
DUE = Prepared(lambda user: counted(Saved.objects.visible_to(person(user)).told()), user=UUID)
NOTED = Prepared(lambda user: counted(Reminder.objects.visible_to(person(user)).told()), user=UUID)


@sidebar.feed(place=31)
def room_channels(request: HttpRequest) -> Iterator[Section]:
    for workspace in rooms_of(request):
        all_here = [one for one in channels_of(request) if one.workspace_id == workspace.pk]
        here = [item_of(one) for one in all_here if _at_home(request, one)]
        yield Section(key=section_key(workspace), title=workspace.name, items=here)


@sidebar.feed(place=50)
def direct_messages(request: HttpRequest) -> Iterator[Section]:
    directs = own_of(request).directs if request.actor.user_id else []
    items = [item_of(one) for one in directs if _at_home(request, one)]
    start = Item(label=_("New message"), url=reverse("message_new"), icon="square-pen")
    yield Section(key="direct", title=_("Direct messages"), items=[*items, start])


@account_menu.feed(place=10)
def all_read(request: HttpRequest) -> Iterator[Item]:
    yield Item(
        label=_("Mark all channels as read"),
        url=reverse("channels_read"),
        icon="check-check",
        post=True,
        fields=(("next", request.get_full_path()),),
        shortcut="shift+escape",
    )


@palette.feed(place=20)
def channels_found(request: HttpRequest, q: str) -> Iterator[Hit]:
    named = Channel.objects.visible_to(request.actor).of_rooms().filter(name__icontains=q)
    for one in named.select_related("workspace")[:MOST_PER_GROUP]:
        yield Hit(
            group=_("Channels"),
            label=one.name,
            url=reverse("channel", args=[one.pk]),
            icon=icon_of(one),
            note=one.workspace.name if one.workspace else "",
        )


@palette.feed(place=45)
def people_to_write_to(request: HttpRequest, q: str) -> Iterator[Hit]:
    known = User.objects.visible_to(request.actor).active().human().exclude(pk=request.actor.user_id)
    found = list(known.filter(name__icontains=q).order_by("name")[:MOST_PER_GROUP])
    sides = sides_of(request.actor, found) if found else {}
    for one in found:
        where = f"{reverse('message_new')}?to={one.pk}"
        note = sides.get(one.pk, "")
        yield Hit(group=_("Write to"), label=one.name, url=where, icon="message-square", note=note)


@palette.feed(place=90)
def messages_to_look_for(request: HttpRequest, q: str) -> Iterator[Hit]:
    """Go on to what was said, where it is words that one looks for and no place."""
    where = f"{reverse('search')}?{urlencode({'q': q})}"
    yield Hit(group=_("Messages"), label=_("Search messages for these words"), url=where, icon="search")


@panels.feed(place=10)
def channels_panel(request: HttpRequest, workspace: Workspace) -> Iterator[Panel]:
    if request.resolver_match.url_name in ("channel", "thread"):  # the sidebar lists them already
        return
    mine = Channel.objects.visible_to(request.actor).filter(workspace=workspace, state=Channel.State.ACTIVE)
    shown = list(with_unread(mine, request.actor).order_by("internal_to", "kind", "name"))
    for one in shown:
        one.icon = icon_of(one)  # type: ignore[attr-defined]
    yield Panel(
        "chat/_channels_panel.html", {"channels": shown, "workspace": workspace}, wide=True, beside=False
    )
