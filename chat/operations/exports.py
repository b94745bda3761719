"""Messages are taken along: asked for, made by the queue, held against what may be read once more, gone after a week."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from chat.errors import ExportOutdated, ExportUnderway
from chat.events_keeping import ExportAsked, ExportReady, ExportTaken
from chat.exporting import is_whole
from chat.models import Channel, seat_in
from chat.models.exports import Export
from chat.operations.attachments import forget_bytes
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.recent import require_recent
from kernel.rules import require


@operation
def ask_for_export(
    *,
    actor: Actor,
    channel: Channel | None = None,
    since: date | None = None,
    until: date | None = None,
    with_files: bool = True,
) -> Export:
    """Have a file made of a channel, or, without one, of all that the actor has said where they still read.

    Args:
        until: the last day that is in it; None is until now.

    Raises:
        NotAllowed: they do not manage the channel.
        ExportUnderway: one of theirs is being made.
        ConfirmationNeeded: they signed in more than ten minutes ago.

    Emits: ExportAsked.
    """
    if channel is not None:
        require(actor, "chat.export", channel)
    else:
        require(actor, "chat.export_own")
    require_recent(actor)
    if since and until and until < since:
        raise InvalidInput.at("/until", "out_of_range", _("It ends before it begins."))
    User.objects.locked(actor.user_id)  # type: ignore[arg-type]
    if Export.objects.filter(user=actor.user_id, state=Export.State.ASKED).exists():
        raise ExportUnderway
    seat = seat_in(actor, channel) if channel is not None else None
    hat = seat.organization if seat else actor.org if actor.bound else None
    width = {"since": since, "until": until, "with_files": with_files}
    export = Export(user=actor.user, organization=hat, channel=channel, **width)
    export.save(force_insert=True)
    emit(ExportAsked.of(export, actor.for_org(hat) if seat else actor))
    return export


@operation
def finish_export(*, actor: Actor, export: Export, stored: str, **found: Any) -> None:
    """Let the person have it; a second run finds it done, and its file goes.

    Args:
        found: of the file: ``done``, ``total``, ``files``, ``withheld``, ``mark``, ``size``, ``digest``.

    Emits: ExportReady.
    """
    require(actor, "chat.make_export", export)
    export = Export.objects.locked(export.pk)
    if export.state != Export.State.ASKED:
        default_storage.delete(stored)
        return
    export.state, export.stored, export.ready_at = Export.State.READY, stored, timezone.now()
    for name, value in found.items():
        setattr(export, name, value)
    export.save(update_fields=["state", "stored", "ready_at", *found])
    emit(ExportReady.of(export, actor))


@operation
def note_export_progress(*, actor: Actor, export: Export, **found: Any) -> None:
    """Keep how far it is, or that it could not be made, for the page that waits; no event, since nothing left yet."""
    require(actor, "chat.make_export", export)
    Export.objects.filter(pk=export.pk, state=Export.State.ASKED).update(**found)


@operation
def take_export(*, actor: Actor, export: Export) -> None:
    """Note that somebody takes it along, if all that is in it is still theirs to take.

    Raises:
        NotAllowed: of a channel that they manage no more.
        ExportOutdated: something in it was deleted, or is kept from them by now.
        ConfirmationNeeded: they signed in more than ten minutes ago.

    Emits: ExportTaken.
    """
    require(actor, "chat.take_export", export)
    require_recent(actor)
    with acting(export.maker):
        if not is_whole(export):
            raise ExportOutdated
    hat = actor.for_org(export.organization) if export.channel else actor
    counts = {"messages": export.done, "files": export.files, "withheld": export.withheld}
    emit(ExportTaken.of(export, hat, **counts))


@operation
def drop_outdated_exports(*, actor: Actor) -> None:
    """Remove those whose week is over, and those that were never made."""
    require(actor, "chat.make_export")
    forget_exports(Export.objects.outdated())


def forget_exports(rows: Iterable[Export]) -> None:
    """Remove exports and, once that is certain, their files."""
    for export in rows:
        export.delete()
        forget_bytes([export.stored] if export.stored else [])
