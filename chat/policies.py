"""Who may, in a channel."""

from typing import Any

from access.levels import Level
from accounts.models import User
from chat.access import reaches
from chat.models import Channel, ChannelMember, Export, Message, is_line, seat_in
from kernel.actor import Actor
from kernel.rules import rule
from orgs.models import Organization, role_in
from orgs.policies import RECORD_READERS, steers
from workspaces.models import Member, Workspace, seat_of

ARRANGING = (Member.Role.MANAGER, Member.Role.EDITOR)


@rule("chat.open")
def may_open(actor: Actor, workspace: Workspace) -> bool:
    """Managers and editors who belong to an organization in the room."""
    seat = seat_of(actor, workspace.pk)
    return seat is not None and not seat.is_external and seat.role in ARRANGING


@rule("chat.change")
def may_change(actor: Actor, channel: Channel) -> bool:
    """Who opened it, and the room's managers; a group's name, whoever writes in it."""
    if channel.is_direct:
        return channel.is_group and may_answer(actor, channel)
    seat = seat_in(actor, channel)
    if seat is None or seat.is_external:
        return False
    return channel.opened_by_id == actor.user_id or reaches(actor, channel, Level.MANAGE)


@rule("chat.manage_members")
def may_manage_members(actor: Actor, channel: Channel) -> bool:
    seat = seat_in(actor, channel)
    return seat is not None and not seat.is_external and reaches(actor, channel, Level.EDIT)


@rule("chat.post")
def may_post(actor: Actor, channel: Channel) -> bool:
    """Whoever writes there; of announcements managers."""
    return reaches(actor, channel, Level.MANAGE) if channel.is_announcing else may_answer(actor, channel)


@rule("chat.answer")
def may_answer(actor: Actor, channel: Channel) -> bool:
    """Whoever writes there, in a thread or by a sign."""
    if channel.is_direct:
        return _still_know_each_other(actor, channel)
    return reaches(actor, channel, Level.COMMENT)


@rule("chat.mention_all")
def may_mention_all(actor: Actor, channel: Channel) -> bool:
    """Call everybody of a channel together: editors and managers, and no external contact."""
    if channel.is_direct:
        return may_post(actor, channel)
    seat = seat_in(actor, channel)
    return seat is not None and not seat.is_external and reaches(actor, channel, Level.EDIT)


def _still_know_each_other(actor: Actor, channel: Channel) -> bool:
    """A direct place stays readable; to write there, its people must still share an organization or a room."""
    named = set(ChannelMember.objects.filter(channel=channel).values_list("user_id", flat=True))
    others = named - {actor.user_id}
    known = User.objects.visible_to(actor).active().filter(pk__in=others).count()
    return actor.user_id in named and known == len(others)


@rule("chat.react")
def may_react(actor: Actor, message: Message) -> bool:
    return may_answer(actor, message.channel)


@rule("chat.pin")
def may_pin(actor: Actor, message: Message) -> bool:
    """Whoever writes in the channel."""
    return may_post(actor, message.channel)


@rule("chat.ask")
def may_ask(actor: Actor, message: Message) -> bool:
    """Of one's own message."""
    return message.author_id == actor.user_id and may_answer(actor, message.channel)


@rule("chat.acknowledge")
def may_acknowledge(actor: Actor, message: Message) -> bool:
    """Whoever reads it, and is asked: reading along is enough."""
    return Channel.objects.visible_to(actor).filter(pk=message.channel_id).exists()


@rule("chat.note_overdue")
def may_note_overdue(actor: Actor, message: Message) -> bool:
    """The platform's clock."""
    return False


@rule("chat.vote")
def may_vote(actor: Actor, message: Message) -> bool:
    """Whoever writes in the channel."""
    return may_answer(actor, message.channel)


@rule("chat.close_poll")
def may_close_poll(actor: Actor, message: Message) -> bool:
    """Who asked; and the clock."""
    return message.author_id == actor.user_id and may_answer(actor, message.channel)


@rule("chat.forward")
def may_forward(actor: Actor, message: Message) -> bool:
    """Whoever reads it; whether they may write where they bring it, is asked there."""
    return Channel.objects.visible_to(actor).filter(pk=message.channel_id).exists()


@rule("chat.edit")
def may_edit(actor: Actor, message: Message) -> bool:
    return not is_line(message) and message.author_id == actor.user_id and may_answer(actor, message.channel)


@rule("chat.delete")
def may_delete(actor: Actor, message: Message) -> bool:
    """One's own; and each organization's managers what their own people wrote; what says that a group has changed stays."""
    if is_line(message):
        return False
    if message.author_id == actor.user_id:
        return True
    seat = seat_in(actor, message.channel)
    manages = seat is not None and seat.role == Member.Role.MANAGER
    return manages and seat is not None and seat.organization_id == message.organization_id


@rule("chat.recall")
def may_recall(actor: Actor, message: Message) -> bool:
    """One's own words alone, whoever manages there."""
    return message.author_id == actor.user_id and not is_line(message)


@rule("chat.restore")
def may_restore(actor: Actor, message: Message) -> bool:
    """What its author has deleted, who could still write it there."""
    return may_edit(actor, message)


@rule("chat.forget_unsent")
def may_forget_unsent(actor: Actor, thing: Any) -> bool:
    """The platform's clock."""
    return False


@rule("chat.see_keeping")
def may_see_keeping(actor: Actor, organization: Organization) -> bool:
    """Those who read an organization's record."""
    return role_in(actor, organization.pk) in RECORD_READERS


@rule("chat.set_retention")
def may_set_retention(actor: Actor, organization: Organization) -> bool:
    """Those who steer an organization, of what its own people say."""
    return steers(actor, organization.pk)


@rule("chat.hold")
def may_hold(actor: Actor, organization: Organization) -> bool:
    """Those who read an organization's record: owners, admins and auditors."""
    return role_in(actor, organization.pk) in RECORD_READERS


@rule("chat.discover")
def may_discover(actor: Actor, organization: Organization) -> bool:
    """Those who read an organization's record: owners, admins and auditors."""
    return role_in(actor, organization.pk) in RECORD_READERS


@rule("chat.export")
def may_export(actor: Actor, channel: Channel) -> bool:
    """A channel of a room: those who manage it there, and no external contact. What of it they take, its export says."""
    seat = seat_in(actor, channel)
    return seat is not None and not seat.is_external and reaches(actor, channel, Level.MANAGE)


@rule("chat.export_own")
def may_export_own(actor: Actor, thing: Any) -> bool:
    """Everybody, what they have said."""
    return actor.is_person


@rule("chat.take_export")
def may_take_export(actor: Actor, export: Export) -> bool:
    """For whom it was made; of a channel, while they might ask for it again."""
    if export.user_id != actor.user_id:
        return False
    return export.channel is None or may_export(actor, export.channel)


@rule("chat.make_export")
def may_make_export(actor: Actor, thing: Any) -> bool:
    """The platform's queue."""
    return False


@rule("chat.forget_expired")
def may_forget_expired(actor: Actor, thing: Any) -> bool:
    """The platform's clock."""
    return False


@rule("chat.note_access")
def may_note_access(actor: Actor, thing: Any) -> bool:
    """The platform itself, where access has changed on another floor."""
    return False


@rule("chat.keep")
def may_keep(actor: Actor, own: Any) -> bool:
    """What somebody keeps for themselves is theirs alone."""
    return own.user_id == actor.user_id


@rule("chat.remind")
def may_remind(actor: Actor, own: Any) -> bool:
    """The clock does."""
    return False


@rule("chat.forget")
def may_forget(actor: Actor, thing: None) -> bool:
    """The platform does, when a person leaves it for good."""
    return False
