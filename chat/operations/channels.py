"""Places to talk are opened, arranged and closed, and people let in and out."""

import unicodedata
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.people import tidy, validate_name
from chat.errors import AlreadyThere, DirectStays, NameTaken, OpenToAll
from chat.errors import ChannelArchived as ArchivedAlready
from chat.events import (
    ChannelArchived,
    ChannelChanged,
    ChannelMemberAdded,
    ChannelMemberRemoved,
    ChannelOpened,
    MessagePosted,
    Place,
)
from chat.models import Channel, ChannelMember, Message
from chat.models.channels import LEFT
from chat.operations.counting import count_change, put
from chat.people import strangers_among
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.prepared import execute
from kernel.rules import require
from orgs.models import Organization
from workspaces.clearances import highest, is_lower
from workspaces.models import Member, Workspace, seat_of, seated
from workspaces.operations.hats import locked

CHANGEABLE = ("name", "topic", "label", "posting", "history")
MOST_PEOPLE = 9  # in a direct message, besides oneself


@operation
def open_channel(
    *,
    actor: Actor,
    workspace: Workspace,
    name: str,
    topic: str = "",
    kind: str = Channel.Kind.OPEN,
    internal_to: Organization | None = None,
    posting: str | None = None,
) -> Channel:
    """Open a channel in a workspace; whoever opens a private one is the first in it.

    Args:
        internal_to: only seats of this organization see it; it must be the actor's own.
        posting: ``managers`` makes it a place for announcements.

    Raises:
        NameTaken: one with this name is there.
        InvalidInput: ``internal_to`` is another organization.

    Emits: ChannelOpened.
    """
    workspace = locked(workspace.pk)  # whose seat is being taken away opens nothing more
    require(actor, "chat.open", workspace)
    workspace.check_open()
    hat = seated(actor, workspace.pk)
    if internal_to is not None and internal_to.pk != hat.org_id:
        raise InvalidInput.at(
            "/internal_to", "not_yours", _("A channel is internal to one's own organization.")
        )
    channel = Channel(
        workspace=workspace,
        name=_called(name),
        topic=topic.strip(),
        kind=kind,
        internal_to=internal_to,
        posting=posting or None,
        opened_by=actor.user,
    )
    _check_twins(channel)
    _save(channel)
    if kind == Channel.Kind.PRIVATE:
        ChannelMember.objects.bulk_create(
            [ChannelMember(channel=channel, user=actor.user, added_by=actor.user)]
        )
    emit(ChannelOpened.of(channel, hat, kind=_kind_of(channel)))
    return channel


def _called(name: str) -> str:
    """Return what a channel is called, without blanks around it.

    Raises:
        InvalidInput: nobody would see all of it, and so it could be taken for another's name.
    """
    said = tidy(name)
    try:
        validate_name(said)
    except ValidationError as error:
        raise InvalidInput.at("/name", "unseen", error.message) from None
    return said


def _check_twins(channel: Channel) -> None:
    """Refuse a name that reads like that of another open channel there: in other widths, or in other cases."""
    if channel.kind != Channel.Kind.OPEN:
        return
    beside = Channel.objects.filter(
        workspace=channel.workspace_id, kind=Channel.Kind.OPEN, internal_to=channel.internal_to_id
    )
    names = beside.exclude(pk=channel.pk).values_list("name", flat=True)
    if _as_read(channel.name) in {_as_read(one) for one in names}:
        raise NameTaken


def _as_read(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _kind_of(channel: Channel) -> str:
    return "internal" if channel.internal_to_id else channel.kind


def _save(channel: Channel) -> None:
    try:
        with transaction.atomic(using=database()):
            channel.save(force_insert=True)
    except IntegrityError:
        raise NameTaken from None


def held(channel: Channel) -> Channel:
    rows = Channel.objects.select_related("workspace", "internal_to")
    return rows.select_for_update(of=("self",)).get(pk=channel.pk)


@operation
def change_channel(*, actor: Actor, channel: Channel, **changes: str) -> Channel:
    """Change name, topic, who posts, what newcomers read, or label; who is not cleared for a stricter label loses the channel in this very moment.

    Args:
        changes: ``label`` is a classification, or empty for that of the room; ``posting`` is ``managers`` or empty;
            ``history`` is ``joined``, ``30d`` or empty for what the room lets newcomers read. A group has a name and
            nothing else; empty, it is called by its people.

    Raises:
        NotAllowed: only an owner or admin of the host lowers a label.

    Emits: ChannelChanged, if something changed.
    """
    channel = held(channel)
    require(actor, "chat.change", channel)
    if channel.is_direct:
        return _rename(actor, channel, **changes)
    channel.check_open()
    before = {one: getattr(channel, one) or "" for one in CHANGEABLE}
    after = before | {one: tidy(said) for one, said in changes.items()}
    if after == before:
        return channel
    after["name"] = _called(after["name"]) if after["name"] != before["name"] else before["name"]
    _check_label(actor, channel, after["label"])
    channel.name, channel.topic = after["name"], after["topic"]
    channel.label, channel.posting = after["label"] or None, after["posting"] or None
    channel.history = after["history"] or None
    if after["name"] != before["name"]:
        _check_twins(channel)
    try:
        with transaction.atomic(using=database()):
            channel.save(update_fields=CHANGEABLE)
    except IntegrityError:
        raise NameTaken from None
    if (after["label"], after["history"]) != (before["label"], before["history"]):
        _raise_version([channel.pk])
    place = _count(channel)
    emit(ChannelChanged.of(channel, _hat(actor, channel), before=before, after=after, place=place))
    return channel


def _rename(actor: Actor, channel: Channel, **changes: str) -> Channel:
    if changes.keys() - {"name"}:
        raise InvalidInput.at("", "only_name", _("A direct message has a name and nothing else to change."))
    before, said = channel.name, tidy(changes.get("name", channel.name))
    if said == before:
        return channel
    channel.name = _called(said) if said else ""
    channel.save(update_fields=["name"])
    _write_line(actor, channel, kind="renamed", name=channel.name)
    place = _count(channel)
    told = {"before": {"name": before}, "after": {"name": channel.name}}
    emit(ChannelChanged.of(channel, actor, place=place, **told))
    return channel


def _write_line(actor: Actor, channel: Channel, **line: str) -> None:
    """Let the group say what happened to it, where all of its people read it; drawn in each one's language.

    To who has read all before it, it is nothing new.
    """
    message = Message(channel=channel, author=actor.user, organization=actor.org, body="", html="")
    place = put(message)
    message.card = {"line": line}
    Message.objects.filter(pk=message.pk).update(card=message.card)
    execute("SELECT priv.pass_over_line(%s)", [message.pk], ("uuid",))
    emit(MessagePosted.about(message, actor, place, thread_id=None, mentions=(), is_line=True))


def _check_label(actor: Actor, channel: Channel, label: str) -> None:
    room = channel.workspace.classification if channel.workspace else None
    if is_lower(highest(label, room), channel.classification):
        require(actor, "workspaces.lower_label", channel.workspace)


@operation
def archive_channel(*, actor: Actor, channel: Channel) -> Channel:
    """Close a channel: it can be read, nothing is written there any more.

    Emits: ChannelArchived.
    """
    channel = held(channel)
    require(actor, "chat.change", channel)
    if channel.is_direct:
        raise DirectStays
    if channel.state == Channel.State.ARCHIVED:
        raise ArchivedAlready
    channel.state = Channel.State.ARCHIVED
    channel.save(update_fields=["state"])
    place = _count(channel)
    emit(ChannelArchived.of(channel, _hat(actor, channel), place=place))
    return channel


def _count(channel: Channel) -> Place:
    """Number the change among the channel's events."""
    place = count_change(channel, "channel.changed")
    channel.last_seq, channel.last_event_seq = place.seq, place.event_seq
    return place


@operation
def add_to_channel(*, actor: Actor, channel: Channel, user: User) -> ChannelMember:
    """Let somebody of the room into a private channel, or an external contact into any.

    Raises:
        OpenToAll: an open channel needs no list, but for contacts.
        AlreadyThere: they are in it.
        InvalidInput: they have no seat in the room, or the channel is internal to another organization.

    Emits: ChannelMemberAdded.
    """
    channel = held(channel)
    require(actor, "chat.manage_members", channel)
    channel.check_open()
    seat = Member.objects.seated().filter(workspace=channel.workspace_id, user=user).first()
    if seat is None:
        raise InvalidInput.at("/user", "not_in_workspace", _("This person has no seat in the workspace."))
    if channel.internal_to_id and (seat.is_external or seat.organization_id != channel.internal_to_id):
        raise InvalidInput.at("/user", "internal", _("This channel is internal to one organization."))
    if channel.kind == Channel.Kind.OPEN and not seat.is_external:
        raise OpenToAll
    if channel.members.filter(user=user).exists():
        raise AlreadyThere
    row = ChannelMember(channel=channel, user=user, added_by=actor.user)
    row.save(force_insert=True)
    _raise_version([channel.pk])
    emit(ChannelMemberAdded.of(channel, _hat(actor, channel), user_id=user.pk, user_name=user.name))
    return row


@operation
def remove_from_channel(*, actor: Actor, channel: Channel, user: User) -> None:
    """Let somebody out, or go oneself; their socket hears nothing more. From a group everybody goes by themselves.

    Raises:
        DirectStays: it is a direct message of two, or of others.

    Emits: ChannelMemberRemoved, if they were in it.
    """
    channel = held(channel)
    if channel.is_direct:
        _leave(actor, channel, user)
        return
    if user.pk != actor.user_id:
        require(actor, "chat.manage_members", channel)
    hat = _hat(actor, channel)
    if channel.members.filter(user=user).delete()[0]:
        _raise_version([channel.pk])
        emit(ChannelMemberRemoved.of(channel, hat, user_id=user.pk, user_name=user.name))


def _leave(actor: Actor, channel: Channel, user: User) -> None:
    if not channel.is_group or user.pk != actor.user_id:
        raise DirectStays
    if not channel.members.filter(user=user).exists():
        return
    # The channel's row first: to whoever has left it is theirs no more.
    _write_line(actor, channel, kind="left")
    channel.people_key = f"{LEFT}{channel.pk}"
    channel.save(update_fields=["people_key"])
    _raise_version([channel.pk])
    emit(ChannelMemberRemoved.of(channel, actor, user_id=user.pk, user_name=user.name))
    channel.members.filter(user=user).delete()


@operation
def open_direct(*, actor: Actor, users: Iterable[User]) -> Channel:
    """Return the one place where these people and the actor talk, opened now or long ago.

    Args:
        users: people whom the actor may know of, one to nine; each of them may write to all others.

    Raises:
        InvalidInput: they are none or too many, a bot is among them, or two who could not write to each other.

    Emits: ChannelOpened, the first time.
    """
    people = {actor.user_id: actor.user, **{user.pk: user for user in users}}  # type: ignore[misc]
    if not 2 <= len(people) <= MOST_PEOPLE + 1:
        raise InvalidInput.at("/users", "out_of_range", _("Name one to nine other people."))
    if any(user.is_bot for user in people.values()):
        raise InvalidInput.at("/users", "bot", _("A bot has no direct messages: it works in one workspace."))
    key = ",".join(sorted(str(pk) for pk in people))
    found = Channel.objects.direct().filter(people_key=key).first()
    if found is not None:
        return found
    _check_acquainted(list(people.values()))
    channel = Channel(kind=Channel.Kind.DIRECT, people_key=key, opened_by=actor.user)
    try:
        with transaction.atomic(using=database()):
            channel.save(force_insert=True)
    except IntegrityError:  # the other side opened it in this very instant
        return Channel.objects.direct().get(people_key=key)
    ChannelMember.objects.bulk_create(
        [ChannelMember(channel=channel, user=user, added_by=actor.user) for user in people.values()]
    )
    emit(ChannelOpened.of(channel, actor, kind=channel.kind))
    return channel


def _check_acquainted(people: list[User]) -> None:
    """Both sides allow it, or nobody is drawn in: who could only read along would not know why."""
    apart = strangers_among(people)
    if apart is not None:
        one, other = sorted(one.name for one in apart)
        said = _(
            "%(one)s and %(other)s share no organization and no workspace: they could not write to each other."
        )
        hint = _("Write to them one by one, or in a channel of a workspace.")
        raise InvalidInput.at("/users", "strangers", f"{said % {'one': one, 'other': other}} {hint}")


@operation
def note_access_change(*, actor: Actor, workspace_id: UUID, user_ids: tuple[UUID, ...]) -> None:
    """Order a change of access with what is said: channels of the room get a new version, those who left no row."""
    require(actor, "chat.note_access")
    with connections[database()].cursor() as cursor:
        people = [str(one) for one in user_ids]
        cursor.execute("SELECT priv.note_access_change(%s, %s::uuid[])", [workspace_id, people])


def order_access(channel: Channel) -> None:
    """Order a change of rights with what is said: sockets look again before they deliver more."""
    _raise_version([channel.pk])


def _raise_version(channel_ids: list[UUID]) -> None:
    Channel.objects.filter(pk__in=channel_ids).update(acl_version=F("acl_version") + 1)


def _hat(actor: Actor, channel: Channel) -> Actor:
    if channel.workspace_id is None:
        return actor
    seat = seat_of(actor, channel.workspace_id)
    return actor.for_org(seat.organization) if seat else actor


def name_for(channel: Channel, reader: Any) -> str:
    """Return what a reader calls a channel: a direct one without a name is called by the others in it."""
    if not channel.is_direct or channel.name:
        return channel.name
    return ", ".join(one.user.name for one in channel.members.all() if one.user_id != reader) or "–"
