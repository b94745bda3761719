"""The page door to channels."""

from chat.views.asks import (
    message_acknowledgement,
    message_acknowledgements,
    message_ask,
    message_nudge,
)
from chat.views.attachments import attachment, attachment_preview, attachment_sound
from chat.views.channels import channel, channel_details, channel_messages, message_new, newer, older, thread
from chat.views.completing import completions
from chat.views.forwards import message_forward
from chat.views.polls import message_poll, message_poll_closing, message_vote, poll_new
from chat.views.search import search
from chat.views.settings import (
    channel_archive,
    channel_member_removal,
    channel_members,
    channel_new,
    channel_settings,
)
from chat.views.sheet import channel_pins, message, message_pin, message_pin_removal

__all__ = [
    "attachment",
    "attachment_preview",
    "attachment_sound",
    "channel",
    "channel_archive",
    "channel_details",
    "channel_member_removal",
    "channel_members",
    "channel_messages",
    "channel_new",
    "channel_pins",
    "channel_settings",
    "completions",
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
    "message_vote",
    "newer",
    "older",
    "poll_new",
    "search",
    "thread",
]
