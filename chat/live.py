"""The socket door: who may listen to a channel, what they missed, and what moves on its screens."""

from typing import Any
from uuid import UUID

from chat.events import (
    Acknowledged,
    AcknowledgementAsked,
    AcknowledgementOverdue,
    ChannelArchived,
    ChannelChanged,
    ChannelMemberAdded,
    ChannelMemberRemoved,
    MessageBrought,
    MessageDeleted,
    MessageEdited,
    MessageEvent,
    MessageForwarded,
    MessagePinned,
    MessagePosted,
    MessageRecalled,
    MessageRestored,
    MessagesExpired,
    NumberedEvent,
    PollAnswered,
    PollClosed,
    PollOpened,
    ReactionChanged,
    SilentNudged,
)
from chat.fragments import message_html
from chat.models import (
    Channel,
    ChannelMember,
    Follow,
    Message,
    is_open_to_all,
    known_channel,
    seat_in,
    seats_of_lobby,
)
from chat.models.history import own_since
from chat.replaying import replay
from chat.resources import resource_of
from kernel.acting import acting
from kernel.actor import Actor
from kernel.events import live
from realtime import publish, publish_newest, publish_to, recheck
from realtime.topics import Standing, topic
from workspaces.models import Workspace, seated

PLATFORM = Actor.system("chat.live")
KINDS = {
    MessagePosted.name: "message.posted",
    MessageEdited.name: "message.edited",
    MessageDeleted.name: "message.deleted",
    MessageRecalled.name: "message.deleted",
    MessageRestored.name: "message.edited",
    ReactionChanged.name: "reaction.changed",
    MessagePinned.name: "message.pinned",
    AcknowledgementAsked.name: "message.changed",
    Acknowledged.name: "message.changed",
    AcknowledgementOverdue.name: "message.changed",
    SilentNudged.name: "message.changed",
    PollOpened.name: "message.changed",
    PollAnswered.name: "message.changed",
    PollClosed.name: "message.changed",
    MessageBrought.name: "message.changed",
    MessageForwarded.name: "message.forwarded",
}

MOST_REDRAWN = 20  # of those that quote one message: older ones are seen anew with their page


def find(actor: Actor, channel_id: UUID) -> Standing | None:
    channel = known_channel(actor, channel_id)
    if channel is None:
        return None
    seat = seat_in(actor, channel)
    return Standing(
        actor.for_org(seat.organization) if seat else actor,
        since=own_since(channel),
        seq=channel.last_event_seq,
        acl_version=channel.acl_version,
    )


def render(kind: str, data: dict[str, Any]) -> str:
    """Draw a message, the same for every viewer; what is no message has no fragment."""
    if "seq" not in data:
        return ""
    return message_html(data)


topic("channel", find=find, replay=replay, render=render, may_type=True)


def find_lobby(actor: Actor, workspace_id: UUID) -> Standing | None:
    """Let in who reads the open channels of a room, all of them: what is told there names these and no others."""
    room = Workspace.objects.visible_to(actor).filter(pk=workspace_id).first()
    hat = seated(actor, workspace_id)
    if room is None or not seats_of_lobby(room).filter(user=actor.user_id, organization=hat.org_id).exists():
        return None
    return Standing(hat)


topic("lobby", find=find_lobby)


def find_inner(actor: Actor, workspace_id: UUID) -> Standing | None:
    """Let in who sees a room, to what is new in its channels that not everybody reads: of each to those who read it."""
    if not Workspace.objects.visible_to(actor).filter(pk=workspace_id).exists():
        return None
    mine = Channel.objects.visible_to(actor).filter(workspace=workspace_id, state=Channel.State.ACTIVE)
    rows = mine.exclude(kind=Channel.Kind.OPEN, internal_to=None, label=None)
    within = {str(key): acl_version for key, acl_version in rows.values_list("pk", "acl_version")}
    return Standing(seated(actor, workspace_id), within=within)


topic("inner", find=find_inner)


@live(
    MessagePosted,
    MessageEdited,
    MessageDeleted,
    MessageRecalled,
    MessageRestored,
    ReactionChanged,
    MessagePinned,
    AcknowledgementAsked,
    Acknowledged,
    AcknowledgementOverdue,
    SilentNudged,
    PollOpened,
    PollAnswered,
    PollClosed,
    MessageBrought,
    MessageForwarded,
)
def show_message(event: MessageEvent) -> None:
    if event.row is None:
        return
    fresh = event.row if isinstance(event, MessagePosted) else Message.objects.told().get(pk=event.row.pk)
    data = resource_of(fresh, is_new=isinstance(event, MessagePosted))
    if isinstance(event, MessagePosted) and event.key is not None:
        data["key"] = str(event.key)
    topic_name = f"channel:{event.channel_id}"
    publish(topic_name, KINDS[event.name], data, seq=event.seq, acl_version=event.acl_version)


@live(MessagePosted)
def mark_in_sidebars(event: MessagePosted) -> None:
    """Tell those who read a channel of the room that it has something new: one frame for all, one a second.

    Those who read all open ones hear of these together; of any other one it reaches who reads that one.
    """
    if event.row is None or event.direct:
        return
    place = event.row.channel
    said = {"id": str(event.channel_id), "seq": event.row.seq}
    if is_open_to_all(place):
        publish_newest(f"lobby:{place.workspace_id}", "channel.posted", said)
    else:
        publish_newest(f"inner:{place.workspace_id}", "channel.posted", said, acl_version=event.acl_version)


@live(MessagePosted)
def show_answers(event: MessagePosted) -> None:
    """Let the message that was answered say how many answers it has; nothing happened to it that is numbered."""
    if event.thread_id is None:
        return
    root = resource_of(Message.objects.told().get(pk=event.thread_id))
    publish(f"channel:{event.channel_id}", "message.edited", root, acl_version=event.acl_version)


@live(MessageEdited, MessageDeleted, MessageRecalled, MessageRestored)
def redraw_quotes(event: MessageEdited | MessageDeleted | MessageRecalled | MessageRestored) -> None:
    """Let those that quote the message show it as it is now; nothing happened to them that is numbered."""
    quoting = Message.objects.told().filter(quotes=event.message_id).order_by("-seq")[:MOST_REDRAWN]
    for one in quoting:
        publish(
            f"channel:{event.channel_id}", "message.edited", resource_of(one), acl_version=event.acl_version
        )


@live(MessagesExpired)
def show_what_went(event: MessagesExpired) -> None:
    for channel_id, message_id, seq, acl_version in event.shown or ():
        data = resource_of(Message.objects.told().get(pk=message_id))
        publish(f"channel:{channel_id}", "message.deleted", data, seq=seq, acl_version=acl_version)


@live(MessagePosted, MessageEdited)
def point_to_it(event: MessagePosted | MessageEdited) -> None:
    """Let the sidebars of those who were named, or written to directly, count anew."""
    named = set(event.mentions if isinstance(event, MessagePosted) else event.newly_named)
    if event.direct and isinstance(event, MessagePosted):
        named |= set(ChannelMember.objects.filter(channel=event.channel_id).values_list("user_id", flat=True))
    named.discard(event.actor.user_id)
    publish_to(named, "channel.changed", {"id": str(event.channel_id)})


@live(MessagePosted)
def point_to_the_thread(event: MessagePosted) -> None:
    """Let the sidebars of those who follow the thread count anew; who they are, whoever answers need not know."""
    if event.thread_id is None:
        return
    with acting(PLATFORM):
        following = list(Follow.objects.on().filter(thread=event.thread_id).values_list("user_id", flat=True))
    others = [one for one in following if one != event.actor.user_id]
    publish_to(others, "thread.changed", {"thread": str(event.thread_id)})


@live(ChannelChanged, ChannelArchived)
def show_channel(event: NumberedEvent) -> None:
    said = {"id": str(event.channel_id)}
    topic_name = f"channel:{event.channel_id}"
    publish(topic_name, "channel.changed", said, seq=event.seq, acl_version=event.acl_version)


@live(ChannelMemberAdded, ChannelMemberRemoved)
def show_member(event: ChannelMemberAdded | ChannelMemberRemoved) -> None:
    recheck(event.user_id)
    said = {"id": str(event.channel_id)}
    publish(f"me:{event.user_id}", "channel.changed", said)
    publish(f"channel:{event.channel_id}", "channel.changed", said)  # its head shows who is in it
    if isinstance(event, ChannelMemberRemoved):  # whoever has left a group does not know any more who stays
        with acting(PLATFORM):
            rows = ChannelMember.objects.filter(channel=event.channel_id, channel__kind=Channel.Kind.DIRECT)
            stay = list(rows.values_list("user_id", flat=True))
        publish_to(stay, "channel.changed", said)
