"""The page door to channels."""

from chat.views.attachments import attachment, attachment_preview, attachment_sound
from chat.views.channels import channel, channel_details, channel_messages, message_new, older, thread
from chat.views.settings import (
    channel_archive,
    channel_member_removal,
    channel_members,
    channel_new,
    channel_settings,
)

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
    "channel_settings",
    "message_new",
    "older",
    "thread",
]
