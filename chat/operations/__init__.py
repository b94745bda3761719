"""The verbs of a channel."""

from chat.operations.asks import acknowledge, ask_to_acknowledge, nudge_silent, post_to_acknowledge
from chat.operations.attachments import (
    drop_attachment,
    forget_unsent,
    take_attachment,
    upload_attachment,
)
from chat.operations.channels import (
    add_to_channel,
    archive_channel,
    change_channel,
    note_access_change,
    open_channel,
    open_direct,
    remove_from_channel,
)
from chat.operations.forwards import forward_message
from chat.operations.messages import delete_message, edit_message, post_message
from chat.operations.pins import pin_message, unpin_message
from chat.operations.polls import close_poll, open_poll, vote
from chat.operations.responses import mark_read, react, unreact

__all__ = [
    "acknowledge",
    "add_to_channel",
    "archive_channel",
    "ask_to_acknowledge",
    "change_channel",
    "close_poll",
    "delete_message",
    "drop_attachment",
    "edit_message",
    "forget_unsent",
    "forward_message",
    "mark_read",
    "note_access_change",
    "nudge_silent",
    "open_channel",
    "open_direct",
    "open_poll",
    "pin_message",
    "post_message",
    "post_to_acknowledge",
    "react",
    "remove_from_channel",
    "take_attachment",
    "unpin_message",
    "unreact",
    "upload_attachment",
    "vote",
]
