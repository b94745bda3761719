"""Written now, sent later: once, or not at all where its writer may write there no more.

Until it is sent it is its writer's own business; then it is a message like any other, and on record as one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat.errors import FilesRelabelled, ScheduledSent
from chat.events import ScheduledStopped
from chat.leaks import leaks_in
from chat.models import Attachment, Channel, Message, Scheduled, seat_in
from chat.moments import ahead
from chat.operations.attachments import brought, remove
from chat.operations.leaving import check_leaving
from chat.operations.messages import post_message
from chat.pointing import pointers
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotVisible
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from realtime import publish


@operation
def schedule_message(
    *,
    actor: Actor,
    channel: Channel,
    body: str,
    send_at: datetime,
    reply_to: Message | None = None,
    attachments: Sequence[UUID] = (),
    confirm: bool = False,
) -> Scheduled:
    """Write something that is sent at ``send_at``, within the next year.

    Args:
        attachments: what the actor has brought into this channel and not sent yet; it is kept until then, and goes
            along while the channel is classified as it is now.

    Raises:
        NotAllowed: they may only read here.
        ChannelArchived: nobody writes here any more.
        NeedsConfirmation: it seems to hold a secret or points at something confidential, and others would read it.
    """
    require(actor, "chat.answer" if reply_to else "chat.post", channel)
    channel.check_open()
    _check_meant(actor, channel, body, confirm=confirm)
    row = Scheduled(
        channel=channel,
        user=actor.user,
        organization=actor.org,
        thread_id=(reply_to.thread_id or reply_to.pk) if reply_to else None,
        body=_words(body, with_files=bool(attachments)),
        label=channel.classification if attachments else "",
        send_at=ahead(send_at, "/send_at"),
    )
    row.save(force_insert=True)
    along = brought(actor, channel, attachments)
    Attachment.objects.filter(pk__in=[one.pk for one in along]).update(scheduled=row)
    _show(actor)
    return row


def _check_meant(actor: Actor, channel: Channel, body: str, *, confirm: bool) -> None:
    """Ask now: when it is sent, nobody is there to answer."""
    seat = seat_in(actor, channel)
    leaks = [*leaks_in(body), *pointers(actor, channel, body)]
    check_leaving(actor.for_org(seat.organization) if seat else actor, channel, leaks, confirm=confirm)


def _words(body: str, *, with_files: bool) -> str:
    if not body.strip() and not with_files:
        raise InvalidInput.at("/body", "blank", _("Write something."))
    return body.strip()


@operation
def change_scheduled(
    *, actor: Actor, scheduled: Scheduled, confirm: bool = False, **changes: Any
) -> Scheduled:
    """Change its words or its moment; what was stopped waits again once it gets another moment. Its files go along as the
    channel is classified now.

    Raises:
        ScheduledSent: it is a message by now, and changed as one.
    """
    scheduled = _held(actor, scheduled)
    if "body" in changes:
        _check_meant(actor, scheduled.channel, changes["body"], confirm=confirm)
        scheduled.body = _words(changes["body"], with_files=scheduled.files.exists())
    if "send_at" in changes:
        scheduled.send_at = ahead(changes["send_at"], "/send_at")
        scheduled.state, scheduled.why = Scheduled.State.WAITING, ""
    if scheduled.label:
        scheduled.label = (
            Channel.objects.select_related("workspace").get(pk=scheduled.channel_id).classification
        )
    scheduled.save(update_fields=["body", "send_at", "state", "why", "label"])
    _show(actor)
    return scheduled


@operation
def drop_scheduled(*, actor: Actor, scheduled: Scheduled) -> None:
    """Send it not at all.

    Raises:
        ScheduledSent: it is a message by now, and deleted as one.
    """
    row = _held(actor, scheduled)
    remove(list(row.files.all()))
    row.delete()
    _show(actor)


def _held(actor: Actor, scheduled: Scheduled) -> Scheduled:
    found: Scheduled = Scheduled.objects.locked(scheduled.pk)
    require(actor, "chat.keep", found)
    if found.state == Scheduled.State.SENT:
        raise ScheduledSent
    return found


@operation
def send_scheduled(*, actor: Actor, scheduled: Scheduled) -> Message | None:
    """Post it, in its writer's own name; None where somebody else is doing so, or has.

    The row is held and says in the same transaction that it is sent; its key makes a second try the same message.

    Raises:
        NotVisible: its writer reads the channel no more.
        NotAllowed, ChannelArchived: as for any message.
        FilesRelabelled: it has files, and the channel is no longer classified as when they were brought.

    Emits: MessagePosted.
    """
    rows = Scheduled.objects.select_related("channel__workspace", "thread")
    free = rows.select_for_update(of=("self",), skip_locked=True).exclude(state=Scheduled.State.SENT)
    row = free.filter(pk=scheduled.pk).first()
    if row is None:
        if not Scheduled.objects.filter(pk=scheduled.pk).exists():
            raise NotVisible
        return None
    require(actor, "chat.keep", row)
    files = list(row.files.unsent().values_list("pk", flat=True))
    if files and row.label != row.channel.classification:
        raise FilesRelabelled
    Attachment.objects.filter(pk__in=files).update(scheduled=None)
    said: dict[str, Any] = {"body": row.body, "reply_to": row.thread, "key": row.key, "confirm": True}
    message = post_message(actor=actor, channel=row.channel, attachments=files, **said)
    row.state, row.message, row.why = Scheduled.State.SENT, message, ""
    row.save(update_fields=["state", "message", "why"])
    _show(actor)
    return message


@operation
def stop_scheduled(*, actor: Actor, scheduled: Scheduled, why: str) -> None:
    """Note that it could not be sent, and tell its writer why.

    Args:
        why: a key of ``Scheduled.WHY``.

    Emits: ScheduledStopped.
    """
    require(actor, "chat.remind", scheduled)
    row = Scheduled.objects.locked(scheduled.pk)
    if row.state != Scheduled.State.WAITING:
        return
    row.state, row.why = Scheduled.State.STOPPED, why
    row.save(update_fields=["state", "why"])
    emit(ScheduledStopped(actor=actor, user_id=row.user_id, scheduled_id=row.pk, why=why))


def _show(actor: Actor) -> None:
    where = f"me:{actor.user_id}"
    transaction.on_commit(lambda: publish(where, "later.changed", {}), using=database(), robust=True)
