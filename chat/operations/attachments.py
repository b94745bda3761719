"""Bringing files, taking them back, and giving them out."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.errors import AlreadySent
from chat.events import AttachmentTaken
from chat.models import Attachment, Channel, Message, seat_in
from kernel import files
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from kernel.switches import UPLOADS, require_on

MOST = 10  # with one message
UNSENT_FOR = timedelta(hours=24)


def upload_attachment(
    *, actor: Actor, channel: Channel, upload: UploadedFile, seconds: int | None = None
) -> Attachment:
    """Bring a file into a channel. Nobody else sees it until a message carries it; without one it goes after a day.

    Args:
        seconds: how long it is, of what was spoken.

    Raises:
        NotAllowed: they may only read here.
        InvalidInput: see ``kernel.files.keep``.
    """
    require_on(actor, UPLOADS)
    require(actor, "chat.answer", channel)
    channel.check_open()
    kept = files.keep(
        upload, spoken=seconds is not None
    )  # before the transaction: a long file would hold it open
    try:
        return _keep(actor=actor, channel=channel, kept=kept, seconds=seconds)
    except Exception:
        files.forget([one for one in (kept.stored, kept.preview) if one])
        raise


@operation
def _keep(*, actor: Actor, channel: Channel, kept: files.Kept, seconds: int | None) -> Attachment:
    said = {"label": channel.classification, "seconds": seconds, **vars(kept)}
    row = Attachment(channel=channel, uploader=actor.user, **said)
    row.save(force_insert=True)
    return row


@operation
def drop_attachment(*, actor: Actor, attachment: Attachment) -> None:
    """Take back what one has brought and not sent.

    Raises:
        AlreadySent: a message carries it, or will; that can be deleted.
    """
    rows = list(
        Attachment.objects.loose().filter(pk=attachment.pk, uploader=actor.user_id).select_for_update()
    )
    if not rows:
        raise AlreadySent
    remove(rows)


@operation
def take_attachment(*, actor: Actor, attachment: Attachment) -> None:
    """Note that somebody takes a file along.

    Emits: AttachmentTaken.
    """
    channel = attachment.channel
    seat = seat_in(actor, channel)
    hat = actor.for_org(seat.organization) if seat else actor
    emit(AttachmentTaken.of(channel, hat, attachment_id=attachment.pk, file_name=attachment.name))


@operation
def forget_unsent(*, actor: Actor) -> int:
    """Remove what was brought a day ago and never sent; return how many."""
    require(actor, "chat.forget_unsent")
    rows = list(Attachment.objects.loose().filter(created_at__lt=timezone.now() - UNSENT_FOR)[:500])
    remove(rows)
    return len(rows)


def brought(actor: Actor, channel: Channel, keys: Sequence[UUID]) -> list[Attachment]:
    """Return what the actor has brought into this channel for a message, in the order of ``keys``, held.

    Raises:
        InvalidInput: one of them is not theirs, sits elsewhere, or was sent before.
    """
    if not keys:
        return []
    mine = Attachment.objects.loose().filter(channel=channel, uploader=actor.user_id, pk__in=keys)
    rows = {row.pk: row for row in mine.select_for_update()}
    if len(keys) > MOST or len(rows) != len(set(keys)) or len(keys) != len(set(keys)):
        raise InvalidInput.at("/attachments", "unknown", _("A file is not there, or was sent already."))
    return [rows[key] for key in keys]


def send_along(message: Message, rows: list[Attachment]) -> None:
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).update(message=message)


def remove(rows: list[Attachment], *, keep_bytes: bool = False) -> None:
    """Remove rows now, and their bytes once that is certain; those of what must not be lost stay."""
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    forget_bytes([] if keep_bytes else [name for row in rows for name in row.files])


def forget_bytes(names: list[str]) -> None:
    """Remove what the storage holds under these names, once it is certain that nobody needs it."""
    transaction.on_commit(lambda: files.forget(names), using=database(), robust=True)
