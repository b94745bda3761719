"""What can stand in the way of a message."""

from django.utils.translation import gettext_lazy as _

from kernel.errors import InvalidInput, NotNow


class ChannelArchived(NotNow):
    code = "channel_archived"
    sentence = _("This channel is archived. Nothing can be written here.")


class NameTaken(NotNow):
    code = "name_taken"
    sentence = _("There is already a channel with this name here.")


class FilesRelabelled(NotNow):
    code = "files_relabelled"
    sentence = _(
        "The channel is classified otherwise than when you brought the files. Look again, then save it."
    )


class TooManyReminders(NotNow):
    code = "too_many_reminders"
    sentence = _("You have noted 200 reminders. Let go of some first.")


class MessageDeleted(NotNow):
    code = "message_deleted"
    sentence = _("This message was deleted.")


class UndoOver(NotNow):
    code = "undo_over"
    sentence = _("It is too late to put this message back.")


class RecallOver(NotNow):
    code = "recall_over"
    sentence = _("It is too late to take this message back. You can still delete it.")


class AlreadySent(NotNow):
    code = "already_sent"
    sentence = _("A message carries this file. Delete the message to remove it.")


class OpenToAll(NotNow):
    code = "open_channel"
    sentence = _("An open channel has no list of its own: everybody with a seat is in it.")


class TooManyReactions(NotNow):
    code = "too_many_reactions"
    sentence = _("A message takes 20 different reactions. Join one that is there.")


class AlreadyThere(NotNow):
    code = "already_member"
    sentence = _("This person is already in the channel.")


class KeyReused(InvalidInput):
    code = "idempotency_key_reused"
    sentence = _("This Idempotency-Key was used with another body.")


class DirectStays(NotNow):
    code = "direct_stays"
    sentence = _("The people of a direct message stay the same.")


class PinsFull(NotNow):
    code = "pins_full"
    sentence = _("A hundred messages are pinned here. Take one off first.")


class AskedAlready(NotNow):
    code = "asked_already"
    sentence = _("This message asks to be acknowledged already.")


class NotAsked(NotNow):
    code = "not_asked"
    sentence = _("This message waits for nobody's acknowledgement here.")


class NudgedJustNow(NotNow):
    code = "nudged_just_now"
    sentence = _("They were asked again within the last hour.")


class NoPoll(NotNow):
    code = "no_poll"
    sentence = _("This message asks nothing that one could choose among.")


class PollClosed(NotNow):
    code = "poll_closed"
    sentence = _("This poll is closed.")


class WiderPlace(NotNow):
    code = "wider_place"
    sentence = _("Others read there, from whom this place keeps its messages.")


class ScheduledSent(NotNow):
    code = "scheduled_sent"
    sentence = _("It is sent already.")


class TooManySections(NotNow):
    code = "too_many_sections"
    sentence = _("A sidebar has at most thirty sections of one's own.")


class HoldReleased(NotNow):
    code = "hold_released"
    sentence = _("This hold is released already.")


class SameChannel(NotNow):
    code = "same_channel"
    sentence = _("It stands in this channel already.")


class ExportUnderway(NotNow):
    code = "export_underway"
    sentence = _("An export of yours is being made. Wait until it is done.")


class NoExportThere(NotNow):
    code = "no_export"
    sentence = _("There is no file: it is not made yet, could not be made, or its week is over.")


class ExportOutdated(NotNow):
    code = "export_outdated"
    sentence = _(
        "Since it was made, some of it was taken back, or is not yours to read or to take along any more. Make a new one."
    )


class DiscoveryClosed(NotNow):
    code = "discovery_closed"
    sentence = _("This case is closed. Nothing can be looked for in it any more.")


class NeedsConfirmation(NotNow):
    code = "needs_confirmation"
    sentence = _("This seems to hold something that others should not read. Send it only if you mean to.")
