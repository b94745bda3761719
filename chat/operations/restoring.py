"""What its author has just deleted can be put back, for a few seconds; until then it lies in the quick store, and nowhere else.

Nobody reads it meanwhile, in no door and by no query. Without the quick store or the queue it is gone for good at once.
"""

import logging
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from chat.errors import UndoOver
from chat.events import MessageRestored
from chat.models import Attachment, Message, MessageVersion, Retention, seat_in
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
    """Keep it for a moment, once the deletion is certain; what stayed for that moment goes after it."""
    names = (
        [] if is_held else [name for one in said["files"] for name in (one["stored"], one["preview"]) if name]
    )
    said = said | {"deleted_at": message.deleted_at}
    later = WITHIN.total_seconds() + 5

    def keep() -> None:
        words = [str(message.pk), names]
        try:
            cache.set(_place(message.pk), said, timeout=int(WITHIN.total_seconds()))
            current_app.send_task("chat.tasks.forget_deleted", words, countdown=later, retry=False)
        except Exception as error:
            logger.warning("a message is deleted for good at once (%s)", type(error).__name__)
            with suppress(Exception):
                cache.delete(_place(message.pk))
            with acting(PLATFORM):
                forget_deleted(actor=PLATFORM, message_id=message.pk, stored=names)

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
    message.deleted_at = None
    for name, value in said["words"].items():
        setattr(message, name, value)
    message.save(update_fields=[*(name.removesuffix("_id") for name in WORDS), "deleted_at"])
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
def forget_deleted(*, actor: Actor, message_id: UUID, stored: list[str]) -> None:
    """Remove what stayed of a deleted message for the moment in which it could be put back; if it was, nothing."""
    require(actor, "chat.forget_unsent")
    gone = (
        Message.objects.select_for_update(of=("self",)).filter(pk=message_id).exclude(deleted_at=None).first()
    )
    if gone is None:
        return
    gone.reactions.all().delete()
    held = {
        name
        for files in HeldCopy.objects.filter(message=message_id).values_list("files", flat=True)
        for file in files
        for name in file["stored"]
    }
    forget_bytes([name for name in stored if name not in held])
