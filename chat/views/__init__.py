"""The page door to channels."""

from chat.views.asks import (
    message_acknowledgement,
    message_acknowledgements,
    message_ask,
    message_nudge,
)
from chat.views.attachments import attachment, attachment_preview, attachment_sound
from chat.views.channels import (
    channel,
    channel_details,
    channel_messages,
    channels_read,
    message_new,
    newer,
    older,
    thread,
)
from chat.views.completing import completions
from chat.views.discoveries import (
    discoveries,
    discovery,
    discovery_closing,
    discovery_file,
    discovery_found,
)
from chat.views.exports import channel_exports, export, export_content, exports
from chat.views.forwards import message_forward
from chat.views.keeping import org_keeping
from chat.views.keywords import keywords
from chat.views.later import (
    draft_removal,
    later,
    message_saving,
    reminder_removal,
    saved_done,
    saved_removal,
    saved_undone,
)
from chat.views.legal_holds import legal_hold, legal_hold_release, legal_holds
from chat.views.offline import channel_offline, offline, offline_channels
from chat.views.polls import message_poll, message_poll_closing, message_vote, poll_new
from chat.views.recalls import message_recall
from chat.views.scheduled import channel_scheduled, scheduled, scheduled_removal, scheduled_sending
from chat.views.search import search
from chat.views.sections import channel_arrangement, section, section_removal, sections
from chat.views.settings import (
    channel_archive,
    channel_departure,
    channel_member_removal,
    channel_members,
    channel_new,
    channel_settings,
)
from chat.views.sheet import channel_pins, message, message_pin, message_pin_removal
from chat.views.threads import thread_following, threads

__all__ = [
    "attachment",
    "attachment_preview",
    "attachment_sound",
    "channel",
    "channel_archive",
    "channel_arrangement",
    "channel_departure",
    "channel_details",
    "channel_exports",
    "channel_member_removal",
    "channel_members",
    "channel_messages",
    "channel_new",
    "channel_offline",
    "channel_pins",
    "channel_scheduled",
    "channel_settings",
    "channels_read",
    "completions",
    "discoveries",
    "discovery",
    "discovery_closing",
    "discovery_file",
    "discovery_found",
    "draft_removal",
    "export",
    "export_content",
    "exports",
    "keywords",
    "later",
    "legal_hold",
    "legal_hold_release",
    "legal_holds",
    "message",
    "message_acknowledgement",
    "message_acknowledgements",
    "message_ask",
    "message_forward",
    "message_new",
    "message_nudge",
    "message_pin",
    "message_pin_removal",
    "message_poll",
    "message_poll_closing",
    "message_recall",
    "message_saving",
    "message_vote",
    "newer",
    "offline",
    "offline_channels",
    "older",
    "org_keeping",
    "poll_new",
    "reminder_removal",
    "saved_done",
    "saved_removal",
    "saved_undone",
    "scheduled",
    "scheduled_removal",
    "scheduled_sending",
    "search",
    "section",
    "section_removal",
    "sections",
    "thread",
    "thread_following",
    "threads",
]
