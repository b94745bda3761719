"""What goes on behind the doors of chat."""

import hashlib
import json
import logging
import tempfile
from datetime import timedelta
from typing import IO, Any

from celery import shared_task
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from chat.errors import ChannelArchived, FilesRelabelled
from chat.exporting import Pack
from chat.models import Ask, Export, Poll, Reminder, Retention, Saved, Scheduled
from chat.operations import (
    close_poll,
    drop_outdated_exports,
    drop_released,
    finish_export,
    forget_expired,
    forget_unsent,
    note_export_progress,
    note_overdue,
    remind,
    remind_of_note,
    restoring,
    send_scheduled,
    stop_scheduled,
)
from chat.terms import marks_of, said_in, words_of
from kernel.acting import acting, current_actor, database
from kernel.actor import Actor
from kernel.errors import DomainError, NotAllowed, NotVisible
from kernel.prepared import execute
from orgs.models import Organization

logger = logging.getLogger("collab.chat")

AT_ONCE = 500
BEGUN_WITHIN = timedelta(minutes=2)

WORDLESS = """
SELECT id, body, html, attached FROM chat_message WHERE words IS NULL ORDER BY id DESC LIMIT %s FOR UPDATE SKIP LOCKED
"""
FILL = """
UPDATE chat_message m SET words = priv.words(one.words, string_to_array(one.marks, ' '))
  FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS one (id, words, marks) WHERE m.id = one.id
"""


@shared_task(acks_late=True)
def forget_files() -> None:
    """Remove files that nobody sent. Run twice, the second finds none."""
    while forget_unsent(actor=Actor.system("chat.forget_files")):
        pass


@shared_task(acks_late=True)
def forget_deleted() -> None:
    """Remove what stayed of deleted messages for a moment. Run twice, the second finds nothing."""
    while restoring.forget_deleted(actor=current_actor()):
        pass


@shared_task(acks_late=True)
def make_export(export_id: str) -> None:
    """Make somebody's file. Run twice, the second finds it made and leaves no file behind."""
    clock = current_actor()
    rows = Export.objects.select_related("user", "organization", "channel__workspace__host")
    export = rows.filter(pk=export_id, state=Export.State.ASKED).first()
    if export is None:
        return
    try:
        with tempfile.TemporaryFile() as file:
            found = _packed(clock, export, file)
            file.seek(0)
            stored = default_storage.save(Export.new_name(), File(file))
    except Exception as error:
        logger.exception("an export could not be made", exc_info=error)
        note_export_progress(actor=clock, export=export, state=Export.State.FAILED)
    else:
        finish_export(actor=clock, export=export, stored=stored, **found)


def _packed(clock: Actor, export: Export, file: IO[bytes]) -> dict[str, Any]:
    """Write the file in its person's name; return what it amounts to."""

    def note(done: int, total: int) -> None:
        with acting(clock):
            note_export_progress(actor=clock, export=export, done=done, total=total)

    pack = Pack(export, file, note)
    with acting(export.maker):
        pack.write()
    size = file.tell()
    file.seek(0)
    return {
        "done": pack.messages,
        "total": pack.messages,
        "files": pack.files,
        "withheld": pack.withheld,
        "mark": pack.mark,
        "size": size,
        "digest": hashlib.file_digest(file, "sha256").hexdigest(),
    }


@shared_task(acks_late=True)
def make_waiting_exports() -> None:
    """Begin what was asked for and never begun, and remove what is over: the queue may lose a word, the row stays."""
    begun_by = timezone.now() - BEGUN_WITHIN
    waiting = Export.objects.filter(state=Export.State.ASKED, total=0, created_at__lt=begun_by)
    for key in waiting.values_list("pk", flat=True):
        make_export.delay(str(key))
    drop_outdated_exports(actor=current_actor())


@shared_task(acks_late=True)
def close_all_polls() -> None:
    """Find those whose time is over and hand them out, one task each."""
    for key in Poll.objects.over().values_list("pk", flat=True)[:AT_ONCE]:
        close_one_poll.delay(str(key))


@shared_task(acks_late=True)
def close_one_poll(poll_id: str) -> None:
    """Close one. Run twice, the second finds it closed."""
    poll = (
        Poll.objects.over().visible_to(current_actor()).filter(pk=poll_id).select_related("message").first()
    )
    if poll is not None:
        close_poll(actor=current_actor(), message=poll.message)


@shared_task(acks_late=True)
def note_all_overdue() -> None:
    """Find what people were to take note of by now, and hand it out, one task each."""
    for key in Ask.objects.passed().order_by("due_at").values_list("pk", flat=True)[:AT_ONCE]:
        note_one_overdue.delay(str(key))


@shared_task(acks_late=True)
def note_one_overdue(ask_id: str) -> None:
    """Note one. Run twice, the second finds it noted."""
    rows = Ask.objects.passed().visible_to(current_actor()).select_related("message")
    ask = rows.filter(pk=ask_id).first()
    if ask is not None:
        note_overdue(actor=current_actor(), message=ask.message)


@shared_task(acks_late=True)
def keep_to_retention() -> None:
    """Find the rules that have begun and hand them out, one task each; let go of what no hold keeps any more."""
    for key in Retention.objects.begun(timezone.now()).values_list("pk", flat=True):
        forget_by.delay(str(key))
    while drop_released(actor=current_actor()):
        pass


@shared_task(acks_late=True)
def forget_by(retention_id: str) -> None:
    """Remove one stretch after the other until nothing is left. Run twice, the second finds less."""
    rule = Retention.objects.visible_to(current_actor()).filter(pk=retention_id).first()
    if rule is not None and forget_expired(actor=current_actor(), retention=rule):
        forget_by.delay(retention_id)


@shared_task(acks_late=True)
def read_old() -> None:
    """Let search find what was said before it knew words; once all is read, nothing is left to do."""
    if read_once_more():
        read_old.delay()


def read_once_more() -> int:
    """Read one piece, the newest first, and return how many messages it held."""
    with transaction.atomic(using=database()):
        rows = execute(WORDLESS, [AT_ONCE], ("int",))
        if rows:
            words = [words_of(said_in(body, _read(attached))) for _, body, _, attached in rows]
            marks = [" ".join(marks_of(html, _read(attached))) for _, _, html, attached in rows]
            execute(FILL, [[key for key, *_ in rows], words, marks], ("uuid[]", "text[]", "text[]"))
    return len(rows)


def _read(attached: Any) -> list[dict[str, Any]]:
    return json.loads(attached) if isinstance(attached, str) else attached or []


@shared_task(acks_late=True)
def remind_all() -> None:
    """Find what is due and hand it out, one task each."""
    for key in Saved.objects.due().order_by("remind_at").values_list("pk", flat=True)[:AT_ONCE]:
        remind_of.delay(str(key))
    for key in Reminder.objects.due().order_by("remind_at").values_list("pk", flat=True)[:AT_ONCE]:
        tell_note.delay(str(key))


@shared_task(acks_late=True)
def tell_note(reminder_id: str) -> None:
    """Tell of one that somebody noted. Run twice, the second says nothing."""
    reminder = Reminder.objects.visible_to(current_actor()).filter(pk=reminder_id).first()
    if reminder is not None:
        remind_of_note(actor=current_actor(), reminder=reminder)


@shared_task(acks_late=True)
def remind_of(saved_id: str) -> None:
    """Tell of one. Run twice, the second says nothing."""
    saved = Saved.objects.visible_to(current_actor()).filter(pk=saved_id).first()
    if saved is not None:
        remind(actor=current_actor(), saved=saved)


@shared_task(acks_late=True)
def send_all() -> None:
    """Find what is due and hand it out, one task each."""
    for key in Scheduled.objects.due().order_by("send_at").values_list("pk", flat=True)[:AT_ONCE]:
        send_one.delay(str(key))


@shared_task(acks_late=True)
def send_one(scheduled_id: str) -> None:
    """Send one, in its writer's name. Run twice, the second finds it held or sent."""
    waiting = Scheduled.objects.visible_to(current_actor()).due().select_related("user", "organization")
    row = waiting.filter(pk=scheduled_id).first()
    if row is None:
        return
    try:
        send_scheduled(actor=_writer(row), scheduled=row)
    except DomainError as refusal:
        logger.info("scheduled %s is not sent (%s)", scheduled_id, refusal.code)
        stop_scheduled(actor=current_actor(), scheduled=row, why=_why(refusal))


def _writer(row: Scheduled) -> Actor:
    """Return whoever wrote it, under the hat of that day while it is still theirs."""
    person = Actor.person(row.user, via="chat.scheduled")
    own = Organization.objects.of(person).filter(pk=row.organization_id).first()
    return person.for_org(own)


def _why(refusal: DomainError) -> str:
    if isinstance(refusal, NotAllowed | NotVisible):
        return "no_right"
    if isinstance(refusal, FilesRelabelled):
        return "relabelled"
    return "archived" if isinstance(refusal, ChannelArchived) else "refused"
