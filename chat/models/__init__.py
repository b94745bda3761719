"""A channel, who is in it, and what is said there."""

from chat.models.asks import Acknowledgement, Ask
from chat.models.attachments import Attachment, Attachments
from chat.models.channels import (
    Channel,
    ChannelGrant,
    ChannelMember,
    ChannelPermission,
    Channels,
    is_open_to_all,
    known_channel,
    people_reading,
    readers_of,
    seat_in,
    seats_of_lobby,
    seats_reading,
)
from chat.models.discoveries import Discovery
from chat.models.exports import Export
from chat.models.forwards import Forward
from chat.models.kept import MessageVersion
from chat.models.keywords import Keyword
from chat.models.legal_holds import HeldCopy, LegalHold
from chat.models.messages import ChannelEvent, Message, Messages, Reaction, ReadMark, is_line
from chat.models.own import Arrangement, Draft, Follow, Follows, Mention, Reminder, Saved, Scheduled, Shelf
from chat.models.polls import Poll, Vote
from chat.models.retention import Kept, Retention, kept_by

__all__ = [
    "Acknowledgement",
    "Arrangement",
    "Ask",
    "Attachment",
    "Attachments",
    "Channel",
    "ChannelEvent",
    "ChannelGrant",
    "ChannelMember",
    "ChannelPermission",
    "Channels",
    "Discovery",
    "Draft",
    "Export",
    "Follow",
    "Follows",
    "Forward",
    "HeldCopy",
    "Kept",
    "Keyword",
    "LegalHold",
    "Mention",
    "Message",
    "MessageVersion",
    "Messages",
    "Poll",
    "Reaction",
    "ReadMark",
    "Reminder",
    "Retention",
    "Saved",
    "Scheduled",
    "Shelf",
    "Vote",
    "is_line",
    "is_open_to_all",
    "kept_by",
    "known_channel",
    "people_reading",
    "readers_of",
    "seat_in",
    "seats_of_lobby",
    "seats_reading",
]
