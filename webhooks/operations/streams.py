"""Streams: opened, paused, tested, deleted; and how the record flows out of them, piece by piece, in its order."""

import json
import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from rest_framework.utils.encoders import JSONEncoder

from accounts.signing import signed_headers
from audit.models import Chain, Entry
from audit.outputs import EntryOutput, line_of
from audit.syslog import framed, message
from kernel.acting import database
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.outgoing import AddressRefused, checked
from kernel.recent import require_recent
from kernel.rules import require
from orgs.models import Organization
from webhooks.errors import NothingSigned
from webhooks.events import (
    StreamChanged,
    StreamCreated,
    StreamDeleted,
    StreamDisabled,
    StreamPaused,
    StreamResumed,
    StreamSecretRotated,
    StreamTested,
)
from webhooks.models import Stream
from webhooks.models.streams import LEASE
from webhooks.operations.outlets import held, named

logger = logging.getLogger("collab.webhooks")
MOST = 10  # of one organization
PIECE = 200  # entries that leave together
TEST = "webhooks.stream_test"  # the action of a test, which is no entry
SENT_IN = "en"  # sentences, whoever reads them


@dataclass(frozen=True)
class Piece:
    """What leaves: the entries behind the last that arrived, in order, or a test."""

    stream: Stream
    body: bytes
    headers: dict[str, str]
    last_seq: int | None = None  # None: a test


@operation
def create_stream(
    *, actor: Actor, organization: Organization, name: str, kind: str, address: str, whole: bool = False
) -> Stream:
    """Let the record of an organization flow to an address; ``stream.secret`` signs batches, shown this once.

    Args:
        whole: begin with the first entry there is, not with the next one.

    Raises:
        ConfirmationNeeded: they signed in more than ten minutes ago.
        InvalidInput: the address is none that we call, or there are too many streams.

    Emits: StreamCreated.
    """
    require(actor, "webhooks.open", organization)
    require_recent(actor)
    if Stream.objects.filter(organization=organization).count() >= MOST:
        raise InvalidInput.at("", "too_many", _("At most 10 streams."))
    stream = Stream(organization=organization, name=named(name), kind=kind, created_by=actor.user)
    stream.address = _address(stream, address)
    chain = Chain.objects.filter(kind="org", noun_id=organization.pk).first()
    stream.last_seq = 0 if whole or chain is None else chain.last_seq
    if not stream.is_syslog:
        stream.draw_secret()
    stream.save(force_insert=True)
    emit(StreamCreated.of(stream, actor, kind=stream.kind, host=stream.host, after=stream.last_seq))
    return stream


@operation
def change_stream(
    *, actor: Actor, stream: Stream, name: str | None = None, address: str | None = None
) -> Stream:
    """Change name or address; another address is tried at once, and goes on where the one before stopped.

    Raises:
        ConfirmationNeeded: they signed in more than ten minutes ago.
        InvalidInput: as for a new one.
        StreamGone: it was deleted meanwhile.

    Emits: StreamChanged, unless all is as it was.
    """
    stream = held(actor, stream)
    require_recent(actor)
    before, was_at = _words(stream), stream.address
    if name is not None:
        stream.name = named(name)
    if address is not None and _address(stream, address) != was_at:
        stream.move(_address(stream, address))
        transaction.on_commit(lambda: _send_test(str(stream.pk)), using=database(), robust=True)
    after = _words(stream)
    if (before, was_at) == (after, stream.address):
        return stream
    stream.save()
    # Of an address its path alone: that is not for the record.
    changed = {key for key in after if after[key] != before[key]} or {"host"}
    emit(
        StreamChanged.of(
            stream,
            actor,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
    )
    return stream


@operation
def rotate_stream_secret(*, actor: Actor, stream: Stream) -> Stream:
    """Draw another secret, which ``stream.secret`` holds this once; for 24 hours the old one signs as well.

    Raises:
        ConfirmationNeeded: they signed in more than ten minutes ago.
        StreamGone: it was deleted meanwhile.
        NothingSigned: it speaks syslog.

    Emits: StreamSecretRotated.
    """
    stream = held(actor, stream)
    require_recent(actor)
    if stream.is_syslog:
        raise NothingSigned
    stream.draw_secret()
    stream.save(update_fields=["sealed_secret", "old_secret", "old_secret_until"])
    emit(StreamSecretRotated.of(stream, actor))
    return stream


@operation
def pause_stream(*, actor: Actor, stream: Stream) -> Stream:
    """Let it rest; what happens meanwhile flows when it is resumed.

    Raises:
        StreamGone: it was deleted meanwhile.
        StreamRests: it is paused or turned off already.

    Emits: StreamPaused.
    """
    stream = held(actor, stream)
    stream.pause()
    stream.save(update_fields=["state"])
    emit(StreamPaused.of(stream, actor))
    return stream


@operation
def resume_stream(*, actor: Actor, stream: Stream) -> Stream:
    """Let it go on where it stopped, whether people paused it or the platform turned it off.

    Raises:
        StreamGone: it was deleted meanwhile.
        StreamRuns: it was not resting.

    Emits: StreamResumed.
    """
    stream = held(actor, stream)
    stream.resume()
    stream.save(update_fields=["state", "reason", "error", "failing_since", "failures", "due_at"])
    emit(StreamResumed.of(stream, actor))
    return stream


@operation
def ask_for_test(*, actor: Actor, stream: Stream) -> Stream:
    """Have a line sent that is no entry, to see whether it arrives.

    Raises:
        StreamGone: it was deleted meanwhile.

    Emits: StreamTested.
    """
    stream = held(actor, stream)
    stream.tested_at, stream.test_error = None, ""
    stream.save(update_fields=["tested_at", "test_error"])
    emit(StreamTested.of(stream, actor))
    transaction.on_commit(lambda: _send_test(str(stream.pk)), using=database(), robust=True)
    return stream


@operation
def delete_stream(*, actor: Actor, stream: Stream) -> None:
    """Delete it; what has not arrived does not flow any more.

    Raises:
        ConfirmationNeeded: they signed in more than ten minutes ago.
        StreamGone: somebody was quicker.

    Emits: StreamDeleted.
    """
    stream = held(actor, stream)
    require_recent(actor)
    emit(StreamDeleted.of(stream, actor, host=stream.host))
    stream.delete()


@operation
def claim_piece(*, actor: Actor, stream_id: UUID) -> Piece | None:
    """Take what is next for a minute, in which nobody else takes it; None where nothing waits, or somebody has it."""
    ready = Stream.objects.due().filter(pk=stream_id).select_for_update(of=("self",), skip_locked=True)
    stream = ready.select_related("organization").first()
    if stream is None:
        return None
    rows = Entry.objects.of("org", stream.organization_id).filter(seq__gt=stream.last_seq)
    entries = list(rows.order_by("seq")[:PIECE])
    if not entries:
        return None
    stream.due_at = timezone.now() + LEASE
    stream.save(update_fields=["due_at"])
    with translation.override(SENT_IN):
        body = _frames(entries) if stream.is_syslog else "".join(map(line_of, entries)).encode()
    first, last = entries[0].seq, entries[-1].seq
    return Piece(stream, body, _headers(stream, f"{first}_{last}", body), last)


@operation
def make_test(*, actor: Actor, stream_id: UUID) -> Piece | None:
    """Return the line by which a stream is tried out; None where it was deleted meanwhile."""
    stream = Stream.objects.select_related("organization").filter(pk=stream_id).first()
    if stream is None:
        return None
    organization = stream.organization
    now = timezone.now()
    said = {"at": now, "action": TEST, "acting_org": {"id": organization.pk, "name": organization.name}}
    if stream.is_syslog:
        line = message(at=now, host=settings.PUBLIC_HOST, action=TEST, seq=1, said=said)
        return Piece(stream, framed([line]), {})
    body = _json(said)
    return Piece(stream, body, _headers(stream, f"test_{int(now.timestamp())}", body))


@operation
def note_arrived(*, actor: Actor, piece: Piece) -> None:
    """Go on behind what has arrived."""
    stream = Stream.objects.select_for_update().filter(pk=piece.stream.pk).first()
    if stream is None:
        return
    if piece.last_seq is None:
        stream.tested_at, stream.test_error = timezone.now(), ""
    else:
        stream.note_arrival(piece.last_seq)
    stream.save()


@operation
def note_lost(*, actor: Actor, piece: Piece, error: str, is_gone: bool = False) -> None:
    """Keep that a piece did not arrive, and why; it is tried again, later each time.

    Emits: StreamDisabled, where that was once too often.
    """
    rows = Stream.objects.select_for_update(of=("self",)).select_related("organization")
    stream = rows.filter(pk=piece.stream.pk).first()
    if stream is None:
        return
    if piece.last_seq is None:
        stream.tested_at, stream.test_error = timezone.now(), error
        stream.save(update_fields=["tested_at", "test_error"])
        return
    was_on = stream.state != Stream.State.DISABLED
    stream.note_failure(error, is_gone=is_gone)
    stream.save()
    if was_on and stream.state == Stream.State.DISABLED:
        emit(StreamDisabled.of(stream, actor, reason=stream.reason))


def _frames(entries: list[Entry]) -> bytes:
    return framed(
        [
            message(
                at=entry.at,
                host=settings.PUBLIC_HOST,
                action=entry.name,
                seq=entry.seq,
                said=EntryOutput(entry).data,
            )
            for entry in entries
        ]
    )


def _headers(stream: Stream, part: str, body: bytes) -> dict[str, str]:
    if stream.is_syslog:
        return {}
    signed = signed_headers(
        stream.secrets(), f"rec_{stream.pk.hex}_{part}", int(timezone.now().timestamp()), body
    )
    return {"Content-Type": "application/x-ndjson", **signed}


def _json(said: Any) -> bytes:
    return json.dumps(said, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _send_test(stream_id: str) -> None:
    """Hand it to the queue; where the queue is away, they press the button again."""
    try:
        current_app.send_task("webhooks.tasks.try_stream", [stream_id], retry=False, ignore_result=True)
    except Exception as error:
        logger.warning("the queue does not answer (%s); nothing is tried", type(error).__name__)


def _address(stream: Stream, said: str) -> str:
    address = said.strip()
    if stream.kind not in Stream.Kind.values:
        raise InvalidInput.at("/kind", "unknown", _("There is no such kind."))
    if stream.is_syslog and (not address.rpartition(":")[2].isdigit() or "/" in address):
        raise InvalidInput.at(
            "/address", "not_an_address", _("A host and a port, such as logs.example.com:6514.")
        )
    try:
        checked(Stream(kind=stream.kind, address=address).url)
    except AddressRefused as refusal:
        raise InvalidInput.at("/address", refusal.code, refusal.sentence) from None
    return address


def _words(stream: Stream) -> dict[str, Any]:
    """Return what the record keeps of it: of the address the host alone, since the rest may be a secret."""
    return {"name": stream.name, "host": stream.host}
