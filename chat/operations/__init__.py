"""The verbs of a channel."""

from chat.operations.arranging import arrange_channel, change_shelf, close_shelf, open_shelf
from chat.operations.asks import (
    acknowledge,
    ask_to_acknowledge,
    note_overdue,
    nudge_silent,
    post_to_acknowledge,
)
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
from chat.operations.discoveries import (
    close_discovery,
    open_discovery,
    open_found,
    search_discovery,
    take_found,
)
from chat.operations.drafting import keep_draft
from chat.operations.exports import (
    ask_for_export,
    drop_outdated_exports,
    finish_export,
    note_export_progress,
    take_export,
)
from chat.operations.following import follow_thread, mark_thread_read, unfollow_thread
from chat.operations.forwards import forward_message
from chat.operations.later import (
    change_saved,
    drop_reminder,
    forget_own,
    note_reminder,
    remind,
    remind_of_note,
    save_message,
    unsave_message,
)
from chat.operations.legal_holds import (
    drop_released,
    place_hold,
    read_held,
    release_agreed_holds,
    release_hold,
)
from chat.operations.listening import listen_for
from chat.operations.messages import delete_message, edit_message, post_message, recall_message
from chat.operations.pins import pin_message, unpin_message
from chat.operations.polls import close_poll, open_poll, vote
from chat.operations.responses import mark_all_read, mark_read, mark_unread, react, unreact
from chat.operations.restoring import restore_message
from chat.operations.retention import foresee, forget_expired, set_retention
from chat.operations.scheduling import (
    change_scheduled,
    drop_scheduled,
    schedule_message,
    send_scheduled,
    stop_scheduled,
)

__all__ = [
    "acknowledge",
    "add_to_channel",
    "archive_channel",
    "arrange_channel",
    "ask_for_export",
    "ask_to_acknowledge",
    "change_channel",
    "change_saved",
    "change_scheduled",
    "change_shelf",
    "close_discovery",
    "close_poll",
    "close_shelf",
    "delete_message",
    "drop_attachment",
    "drop_outdated_exports",
    "drop_released",
    "drop_reminder",
    "drop_scheduled",
    "edit_message",
    "finish_export",
    "follow_thread",
    "foresee",
    "forget_expired",
    "forget_own",
    "forget_unsent",
    "forward_message",
    "keep_draft",
    "listen_for",
    "mark_all_read",
    "mark_read",
    "mark_thread_read",
    "mark_unread",
    "note_access_change",
    "note_export_progress",
    "note_overdue",
    "note_reminder",
    "nudge_silent",
    "open_channel",
    "open_direct",
    "open_discovery",
    "open_found",
    "open_poll",
    "open_shelf",
    "pin_message",
    "place_hold",
    "post_message",
    "post_to_acknowledge",
    "react",
    "read_held",
    "recall_message",
    "release_agreed_holds",
    "release_hold",
    "remind",
    "remind_of_note",
    "remove_from_channel",
    "restore_message",
    "save_message",
    "schedule_message",
    "search_discovery",
    "send_scheduled",
    "set_retention",
    "stop_scheduled",
    "take_attachment",
    "take_export",
    "take_found",
    "unfollow_thread",
    "unpin_message",
    "unreact",
    "unsave_message",
    "upload_attachment",
    "vote",
]
