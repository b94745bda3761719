"""The verbs of a channel."""

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
from chat.operations.messages import delete_message, edit_message, post_message
from chat.operations.pins import pin_message, unpin_message
from chat.operations.responses import mark_read, react, unreact

__all__ = [
    "add_to_channel",
    "archive_channel",
    "change_channel",
    "delete_message",
    "drop_attachment",
    "edit_message",
    "forget_unsent",
    "mark_read",
    "note_access_change",
    "open_channel",
    "open_direct",
    "pin_message",
    "post_message",
    "react",
    "remove_from_channel",
    "take_attachment",
    "unpin_message",
    "unreact",
    "upload_attachment",
]
