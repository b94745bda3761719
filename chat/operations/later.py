"""What somebody keeps for later, and is reminded of.

None of it enters the record: what one keeps for oneself is nobody else's business.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.errors import MessageDeleted, TooManyReminders
from chat.events import NoteDue, ReminderDue
from chat.models import (
    Arrangement,
    Draft,
    Export,
    Follow,
    Keyword,
    Message,
    Reminder,
    Saved,
    Scheduled,
    Shelf,
)
from chat.moments import ahead
from chat.operations.exports import forget_exports
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from realtime import publish

LONGEST_NOTE, MOST_NOTES = 200, 200


@operation
def save_message(*, actor: Actor, message: Message, remind_at: datetime | None = None) -> Saved:
    """Keep a message for later; of one that is kept already, take another moment and open it anew.

    Args:
        remind_at: when to be reminded, within the next year; None leaves what was said before.

    Raises:
        MessageDeleted: nothing is left to come back to.
    """
    if message.deleted_at is not None:
        raise MessageDeleted
    defaults: dict[str, Any] = {"done_at": None}
    if remind_at is not None:
        defaults |= {"remind_at": ahead(remind_at, "/remind_at"), "told_at": None}
    place = {"channel_id": message.channel_id}
    saved, _is_new = Saved.objects.update_or_create(
        user=actor.user, message=message, defaults=defaults, create_defaults=defaults | place
    )
    _show(actor, message.pk, saved=True)
    return saved


@operation
def unsave_message(*, actor: Actor, message: Message) -> None:
    """Keep it no longer; where it was not kept, change nothing."""
    if Saved.objects.filter(user=actor.user, message=message).delete()[0]:
        _show(actor, message.pk, saved=False)


@operation
def change_saved(*, actor: Actor, saved: Saved, **changes: Any) -> Saved:
    """Say that it is dealt with or is not after all, or take another moment.

    Args:
        changes: ``is_done``; ``remind_at``, None for no reminder.
    """
    saved = Saved.objects.locked(saved.pk)
    require(actor, "chat.keep", saved)
    if "is_done" in changes and changes["is_done"] != (saved.done_at is not None):
        saved.done_at = timezone.now() if changes["is_done"] else None
    if "remind_at" in changes:
        moment = changes["remind_at"]
        saved.remind_at = ahead(moment, "/remind_at") if moment else None
        saved.told_at = None
    saved.save(update_fields=["done_at", "remind_at", "told_at"])
    _show(actor, saved.message_id, saved=saved.done_at is None)
    return saved


@operation
def remind(*, actor: Actor, saved: Saved) -> None:
    """Tell somebody that the moment has come, once; of a message that is deleted there is nothing to tell.

    Emits: ReminderDue.
    """
    require(actor, "chat.remind", saved)
    saved = Saved.objects.select_for_update(of=("self",)).select_related("message__channel").get(pk=saved.pk)
    if saved.told_at is not None or saved.done_at is not None or saved.remind_at is None:
        return
    saved.told_at = timezone.now()
    saved.save(update_fields=["told_at"])
    if saved.message.deleted_at is None:
        emit(ReminderDue.about(saved, actor))


@operation
def note_reminder(*, actor: Actor, words: str, remind_at: datetime) -> Reminder:
    """Be reminded of words of one's own, within the next year.

    Raises:
        InvalidInput: no words, too many of them, or the moment is past or too far.
        NotNow: 200 wait already.
    """
    words = words.strip()
    if not 0 < len(words) <= LONGEST_NOTE:
        detail = _("Say in up to {n} characters what of.").format(n=LONGEST_NOTE)
        raise InvalidInput.at("/words", "length", detail)
    if Reminder.objects.filter(user=actor.user).count() >= MOST_NOTES:
        raise TooManyReminders
    reminder = Reminder(user=actor.user, words=words, remind_at=ahead(remind_at, "/remind_at"))
    reminder.save(force_insert=True)
    return reminder


@operation
def drop_reminder(*, actor: Actor, reminder: Reminder) -> None:
    """Be reminded no more, or have dealt with it."""
    require(actor, "chat.keep", reminder)
    reminder.delete()


@operation
def remind_of_note(*, actor: Actor, reminder: Reminder) -> None:
    """Tell somebody that the moment has come, once.

    Emits: NoteDue.
    """
    require(actor, "chat.remind", reminder)
    reminder = Reminder.objects.locked(reminder.pk)
    if reminder.told_at is None:
        reminder.told_at = timezone.now()
        reminder.save(update_fields=["told_at"])
        emit(NoteDue.about(reminder, actor))


@operation
def forget_own(*, actor: Actor, user_id: UUID) -> None:
    """Let go of all that somebody kept for themselves: they have left the platform for good."""
    require(actor, "chat.forget")
    for own in (Saved, Reminder, Scheduled, Draft, Follow, Arrangement, Shelf, Keyword):
        own.objects.filter(user_id=user_id).delete()
    forget_exports(Export.objects.filter(user_id=user_id))


def _show(actor: Actor, message_id: UUID, *, saved: bool) -> None:
    """Let the person's other screens follow."""
    said, where = {"message": str(message_id), "saved": saved}, f"me:{actor.user_id}"
    transaction.on_commit(lambda: publish(where, "saved.changed", said), using=database(), robust=True)
