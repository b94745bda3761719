"""What happened in a channel. Never what was said: ids and names only."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from chat.models import Channel, Message, Reminder, Saved
from kernel.actor import Actor
from kernel.events import Event, unrecorded

Subject = tuple[str, UUID | None, str]


class Place:
    """Where a change stands among the channel's posts and events: known when its statement has travelled."""

    seq: int
    event_seq: int
    acl_version: int

    def settle(self, seq: int, event_seq: int, acl_version: int) -> Self:
        self.seq, self.event_seq, self.acl_version = seq, event_seq, acl_version
        return self


@dataclass(frozen=True, kw_only=True)
class ChannelEvent(Event):
    channel_id: UUID
    channel_name: str

    @classmethod
    def of(cls, channel: Channel, actor: Actor, **facts: Any) -> Self:
        """Enter the record of those who may know of it: an open channel's is the workspace's, an internal one's
        its organization's; a private or direct one is on record with whoever acts for whom."""
        is_shared = channel.kind == Channel.Kind.OPEN and channel.internal_to_id is None
        return cls(
            actor=actor,
            workspace_id=channel.workspace_id if is_shared else None,
            org_ids=(channel.internal_to_id,) if channel.internal_to_id else (),
            channel_id=channel.pk,
            channel_name=channel.name,
            **facts,
        )

    def subject(self) -> Subject:
        return ("channel", self.channel_id, self.channel_name)


@dataclass(frozen=True, kw_only=True)
class ChannelOpened(ChannelEvent):
    name = "chat.channel_opened"
    kind: str


@dataclass(frozen=True, kw_only=True)
class NumberedEvent(ChannelEvent):
    """One of those that a channel counts, so that a screen knows what it has missed. The record never sees where."""

    place: Place = unrecorded()  # noqa: RUF009  a field of the dataclass, as field() is

    @property
    def seq(self) -> int:
        return self.place.event_seq

    @property
    def acl_version(self) -> int:
        return self.place.acl_version


@dataclass(frozen=True, kw_only=True)
class ChannelChanged(NumberedEvent):
    name = "chat.channel_changed"
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ChannelArchived(NumberedEvent):
    name = "chat.channel_archived"


@dataclass(frozen=True, kw_only=True)
class ChannelMemberAdded(ChannelEvent):
    name = "chat.member_added"
    personal = {"user_name": "user_id"}
    user_id: UUID
    user_name: str


@dataclass(frozen=True, kw_only=True)
class ChannelMemberRemoved(ChannelEvent):
    name = "chat.member_removed"
    personal = {"user_name": "user_id"}
    user_id: UUID
    user_name: str


@dataclass(frozen=True, kw_only=True)
class AttachmentTaken(ChannelEvent):
    name = "chat.attachment_taken"
    attachment_id: UUID
    file_name: str


@dataclass(frozen=True, kw_only=True)
class MessageEvent(NumberedEvent):
    message_id: UUID
    direct: bool = False
    # What screens show; the record never sees it.
    row: Message | None = unrecorded()  # noqa: RUF009  as above

    @classmethod
    def about(cls, message: Message, actor: Actor, place: Place, **facts: Any) -> Self:
        return cls.of(
            message.channel,
            actor,
            message_id=message.pk,
            direct=message.channel.is_direct,
            row=message,
            place=place,
            **facts,
        )


@dataclass(frozen=True, kw_only=True)
class MessagePosted(MessageEvent):
    name = "chat.message_posted"
    thread_id: UUID | None
    mentions: tuple[UUID, ...]
    is_line: bool = False  # no words: it says what was done to the group
    key: UUID | None = unrecorded()  # noqa: RUF009


@dataclass(frozen=True, kw_only=True)
class MessageEdited(MessageEvent):
    name = "chat.message_edited"
    thread_id: UUID | None
    newly_named: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class MessageDeleted(MessageEvent):
    name = "chat.message_deleted"
    personal = {"author_name": "author_id"}
    author_id: UUID
    author_name: str


@dataclass(frozen=True, kw_only=True)
class MessageRestored(MessageEvent):
    """Its author put it back, just after they had deleted it."""

    name = "chat.message_restored"


@dataclass(frozen=True, kw_only=True)
class MessageRecalled(MessageEvent):
    name = "chat.message_recalled"


@dataclass(frozen=True, kw_only=True)
class ReactionChanged(MessageEvent):
    name = "chat.reaction_changed"
    emoji: str
    added: bool


@dataclass(frozen=True, kw_only=True)
class MessagePinned(MessageEvent):
    name = "chat.message_pinned"
    pinned: bool


@dataclass(frozen=True, kw_only=True)
class AcknowledgementAsked(MessageEvent):
    name = "chat.acknowledgement_asked"
    thread_id: UUID | None
    people: int


@dataclass(frozen=True, kw_only=True)
class Acknowledged(MessageEvent):
    name = "chat.acknowledged"


@dataclass(frozen=True, kw_only=True)
class SilentNudged(MessageEvent):
    name = "chat.silent_nudged"
    thread_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class AcknowledgementOverdue(MessageEvent):
    name = "chat.acknowledgement_overdue"
    thread_id: UUID | None
    silent: int
    people: int


@dataclass(frozen=True, kw_only=True)
class PollOpened(MessageEvent):
    name = "chat.poll_opened"
    anonymous: bool


@dataclass(frozen=True, kw_only=True)
class PollAnswered(MessageEvent):
    name = "chat.poll_answered"


@dataclass(frozen=True, kw_only=True)
class PollClosed(MessageEvent):
    name = "chat.poll_closed"
    thread_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class MessageForwarded(MessageEvent):
    """Of the place it was brought from: where to, only those know who read there."""

    name = "chat.message_forwarded"


@dataclass(frozen=True, kw_only=True)
class MessageBrought(MessageEvent):
    """Of the place it was brought to: where from, only those know who read there."""

    name = "chat.message_brought"


@dataclass(frozen=True, kw_only=True)
class RetentionChanged(Event):
    """How long an organization keeps its people's words; in one room, whose record tells all who take part."""

    name = "chat.retention_changed"
    organization_id: UUID
    organization_name: str
    workspace_name: str
    before: int | None
    after: int | None

    @classmethod
    def of(cls, organization: Any, workspace: Any, actor: Actor, **facts: Any) -> Self:
        return cls(
            actor=actor,
            workspace_id=workspace.pk if workspace else None,
            org_ids=(organization.pk,),
            organization_id=organization.pk,
            organization_name=organization.name,
            workspace_name=workspace.name if workspace else "",
            **facts,
        )

    def subject(self) -> Subject:
        return ("organization", self.organization_id, self.organization_name)


@dataclass(frozen=True, kw_only=True)
class MessagesExpired(Event):
    """One stretch of what an organization did not keep any longer, on record with it."""

    name = "chat.messages_expired"
    organization_id: UUID
    organization_name: str
    workspace_name: str
    days: int
    count: int
    shown: list[tuple[Any, ...]] | None = unrecorded()  # noqa: RUF009  as above

    @classmethod
    def about(cls, rule: Any, actor: Actor, **facts: Any) -> Self:
        return cls(
            actor=actor,
            org_ids=(rule.organization_id,),
            organization_id=rule.organization_id,
            organization_name=rule.organization.name,
            workspace_name=rule.workspace.name if rule.workspace else "",
            days=rule.days,
            **facts,
        )

    def subject(self) -> Subject:
        return ("organization", self.organization_id, self.organization_name)


@dataclass(frozen=True, kw_only=True)
class LegalHoldEvent(Event):
    """Of the organization's own record alone: who is held is not told. By agreement, of the partner's too."""

    organization_id: UUID
    organization_name: str
    hold_id: UUID
    case: str
    partner_id: UUID | None
    partner_name: str

    @classmethod
    def of(cls, hold: Any, actor: Actor, **facts: Any) -> Self:
        partner = hold.partner
        told = (hold.organization_id, partner.pk) if partner else (hold.organization_id,)
        whose: dict[str, Any] = {
            "organization_id": hold.organization_id,
            "organization_name": hold.organization.name,
            "hold_id": hold.pk,
            "case": hold.case,
            "partner_id": partner.pk if partner else None,
            "partner_name": partner.name if partner else "",
        }
        return cls(actor=actor, org_ids=told, **whose, **facts)

    def subject(self) -> Subject:
        return ("legal_hold", self.hold_id, self.case)


@dataclass(frozen=True, kw_only=True)
class LegalHoldPlaced(LegalHoldEvent):
    name = "chat.legal_hold_placed"
    people: int
    channels: int

    @classmethod
    def of(cls, hold: Any, actor: Actor, **facts: Any) -> Self:
        return super().of(hold, actor, people=len(hold.people), channels=len(hold.channels))


@dataclass(frozen=True, kw_only=True)
class LegalHoldReleased(LegalHoldEvent):
    name = "chat.legal_hold_released"


@dataclass(frozen=True, kw_only=True)
class HeldRead(LegalHoldEvent):
    """Somebody looked at what a hold has kept of deleted messages."""

    name = "chat.held_read"
    count: int


@dataclass(frozen=True, kw_only=True)
class ReminderDue(Event):
    """The moment that somebody chose has come. It enters nobody's record: it is theirs alone."""

    name = "chat.reminder_due"
    user_id: UUID
    channel_id: UUID
    message_id: UUID
    message_seq: int
    thread_id: UUID | None
    channel_name: str
    direct: bool

    @classmethod
    def about(cls, saved: Saved, actor: Actor) -> Self:
        message = saved.message
        return cls(
            actor=actor,
            user_id=saved.user_id,
            channel_id=saved.channel_id,
            message_id=message.pk,
            message_seq=message.seq,
            thread_id=message.thread_id,
            channel_name=message.channel.name,
            direct=message.channel.is_direct,
        )

    def subject(self) -> Subject:
        return ("channel", self.channel_id, self.channel_name)


@dataclass(frozen=True, kw_only=True)
class NoteDue(Event):
    """The moment that somebody chose for words of their own has come. It enters nobody's record."""

    name = "chat.note_due"
    user_id: UUID

    @classmethod
    def about(cls, reminder: Reminder, actor: Actor) -> Self:
        return cls(actor=actor, user_id=reminder.user_id)


@dataclass(frozen=True, kw_only=True)
class ScheduledStopped(Event):
    """What somebody had scheduled could not be sent. It enters nobody's record, and names no place: they may have lost it."""

    name = "chat.scheduled_stopped"
    user_id: UUID
    scheduled_id: UUID
    why: str  # a key of Scheduled.WHY
