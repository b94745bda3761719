"""What its author has just deleted can be put back, for a few seconds; until then it lies in the quick store, and nowhere else.

Nobody reads it meanwhile, in no door and by no query. Without the quick store or the queue it is gone for good at once.
"""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from chat.errors import UndoOver
from chat.events import MessageRestored
from chat.models import Attachment, Message, MessageVersion, Reaction, Retention, seat_in
from chat.models.legal_holds import HeldCopy
from chat.operations.attachments import forget_bytes, send_along
from chat.operations.counting import count_change, reword
from kernel.acting import acting, database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require

logger = logging.getLogger("collab.chat")
PLATFORM = Actor.system("chat.restoring")
WITHIN = timedelta(seconds=15)
AT_ONCE = 500
SHORTEST = timedelta(days=1)  # that anything is kept
WORDS = ("body", "html", "mentions", "attached", "quotes_id", "pinned_at", "pinned_by_id", "card")


def all_of(message: Message) -> dict[str, Any] | None:
    """Return what is needed to put a message back; None of what asked something of others, and is over with it."""
    card = message.card or {}
    if "poll" in card or "acknowledgement" in card:
        return None
    return {
        "words": {name: getattr(message, name) for name in WORDS},
        "versions": list(message.versions.values("id", "created_at", "body", "html", "said_at")),
        "files": list(message.attachments.values()),
    }


def put_aside(message: Message, said: dict[str, Any], *, is_held: bool) -> None:
    """Keep it for a moment, once the deletion is certain. What goes after that moment is written down with the deletion."""
    names = [name for one in said["files"] for name in (one["stored"], one["preview"]) if name]
    message.leftover = [] if is_held else names
    message.save(update_fields=["leftover"])
    said = said | {"deleted_at": message.deleted_at}

    def keep() -> None:
        try:
            cache.set(_place(message.pk), said, timeout=int(WITHIN.total_seconds()))
        except Exception as error:
            logger.warning("a message is deleted for good at once (%s)", type(error).__name__)
            with acting(PLATFORM):
                forget_deleted(actor=PLATFORM, message_id=message.pk)

    transaction.on_commit(keep, using=database(), robust=True)


def _place(key: UUID) -> str:
    return f"chat.deleted.{key}"


def restore_message(*, actor: Actor, message: Message) -> Message:
    """Put back one's own message as it was, its files, earlier wordings and reactions too.

    Raises:
        NotAllowed: it is another's, also where one might delete it, or its author may not write there any more.
        UndoOver: it was deleted longer ago, was a poll or asked others to take note, or was not deleted at all.
        ChannelArchived: nothing is written there any more.

    Emits: MessageRestored.
    """
    try:
        said = cache.get(_place(message.pk))  # before the transaction: another machine answers
    except Exception:
        logger.warning("the quick store does not answer; nothing is put back")
        said = None
    return _restore(actor=actor, message=message, said=said)


@operation
def _restore(*, actor: Actor, message: Message, said: dict[str, Any] | None) -> Message:
    rows = Message.objects.select_related("channel__workspace", "author", "organization")
    message = rows.select_for_update(of=("self",)).get(pk=message.pk)
    require(actor, "chat.restore", message)
    message.channel.check_open()
    if said is None or message.deleted_at is None or not _is_of(said, message):
        raise UndoOver
    message.deleted_at = message.leftover = None
    for name, value in said["words"].items():
        setattr(message, name, value)
    message.save(update_fields=[*(name.removesuffix("_id") for name in WORDS), "deleted_at", "leftover"])
    _put_back(message, said)
    reword(message)
    place = count_change(message.channel, "message.edited", message.pk)
    seat = seat_in(actor, message.channel)
    emit(MessageRestored.about(message, actor.for_org(seat.organization) if seat else actor, place))
    transaction.on_commit(lambda: _let_keepers_know(message), using=database(), robust=True)
    return message


def _is_of(said: dict[str, Any], message: Message) -> bool:
    deleted_at = message.deleted_at
    return (
        said["deleted_at"] == deleted_at and deleted_at is not None and timezone.now() < deleted_at + WITHIN
    )


def _put_back(message: Message, said: dict[str, Any]) -> None:
    where = {"message": message, "channel": message.channel}
    MessageVersion.objects.bulk_create([MessageVersion(**one, **where) for one in said["versions"]])
    files = [Attachment(**one | {"message_id": None}) for one in said["files"]]
    if files:
        Attachment.objects.bulk_create(files)
        send_along(message, files)


def _let_keepers_know(message: Message) -> None:
    """What a hold kept of it stands in its place again; retention, which passed it by meanwhile, looks once more."""
    with acting(PLATFORM):
        HeldCopy.objects.filter(message=message.pk).delete()
        if message.created_at < timezone.now() - SHORTEST:
            Retention.objects.filter(organization=message.organization_id).update(done_until=None)
    cache.delete(_place(message.pk))


@operation
def forget_deleted(*, actor: Actor, message_id: UUID | None = None) -> int:
    """Remove what stayed of deleted messages for the moment in which they could be put back; return of how many.

    Args:
        message_id: of this one at once.
    """
    require(actor, "chat.forget_unsent")
    rows = Message.objects.filter(leftover__isnull=False)
    if message_id is None:
        rows = rows.filter(deleted_at__lt=timezone.now() - WITHIN)
    else:
        rows = rows.filter(pk=message_id)
    gone = list(rows.select_for_update(of=("self",), skip_locked=True).order_by("deleted_at")[:AT_ONCE])
    Reaction.objects.filter(message__in=gone).delete()
    held = {
        name
        for files in HeldCopy.objects.filter(message__in=gone).values_list("files", flat=True)
        for file in files
        for name in file["stored"]
    }
    forget_bytes([name for one in gone for name in one.leftover or () if name not in held])
    Message.objects.filter(pk__in=[one.pk for one in gone]).update(leftover=None)
    return len(gone)
