"""Where channels stand in the shell: under their workspace, direct ones by themselves."""

from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from chat.models import Channel, ChannelMember
from chat.operations.channels import name_for
from chat.queries import with_unread
from kernel.prepared import Prepared, among, attach, person
from ui.palette import MOST_PER_GROUP, Hit, palette
from ui.sidebar import Item, Section, sidebar
from workspaces.models import Workspace
from workspaces.panels import Panel, panels
from workspaces.places import rooms_of, section_key

MOST_DIRECT = 12


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


# Every page asks these. They are drawn by the database for whoever acts, so who is meant need not be said twice.
IN_ROOMS = Prepared(
    lambda user: (
        with_unread(
            Channel.objects.drawn_by_the_database(person(user)).of_rooms().select_related("internal_to"),
            person(user),
        )
        .filter(state=Channel.State.ACTIVE)
        .order_by("internal_to", "kind", "name")
    ),
    user=UUID,
)
DIRECT = Prepared(
    lambda user: with_unread(
        Channel.objects.drawn_by_the_database(person(user)).direct(), person(user)
    ).order_by("-last_seq", "-pk")[:MOST_DIRECT],
    user=UUID,
)
NAMED = Prepared(
    lambda channels: ChannelMember.objects.select_related("user").filter(channel_id__in=among(channels)),
    channels=list,
)


def item_of(channel: Channel) -> Item:
    return Item(
        label=channel.name,
        url=reverse("channel", args=[channel.pk]),
        icon=icon_of(channel),
        count=channel.named,  # type: ignore[attr-defined]
        alert=True,
        unread=channel.unread > 0,  # type: ignore[attr-defined]
        external=channel.workspace.is_shared and not channel.internal_to_id,  # type: ignore[union-attr]
    )


@sidebar.feed(place=31)
def room_channels(request: HttpRequest) -> Iterator[Section]:
    for workspace in rooms_of(request):
        here = [item_of(one) for one in channels_of(request) if one.workspace_id == workspace.pk]
        yield Section(key=section_key(workspace), title=workspace.name, items=here)


@sidebar.feed(place=50)
def direct_messages(request: HttpRequest) -> Iterator[Section]:
    found = DIRECT.all(user=request.actor.user_id) if request.actor.user_id else []
    attach(found, "members", NAMED.all(channels=[one.pk for one in found]) if found else [], by="channel_id")
    items = [
        Item(
            label=name_for(one, request.actor.user_id),
            url=reverse("channel", args=[one.pk]),
            avatar=next((m.user for m in one.members.all() if m.user_id != request.actor.user_id), None),
            count=one.unread,
            alert=True,
            unread=one.unread > 0,
        )
        for one in found
    ]
    start = Item(label=_("New message"), url=reverse("message_new"), icon="square-pen")
    yield Section(key="direct", title=_("Direct messages"), items=[*items, start])


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
    known = User.objects.visible_to(request.actor).active().exclude(pk=request.actor.user_id)
    for one in known.filter(name__icontains=q).order_by("name")[:MOST_PER_GROUP]:
        where = f"{reverse('message_new')}?to={one.pk}"
        yield Hit(group=_("Write to"), label=one.name, url=where, icon="message-square")


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
