"""A copy of one's own: asked for, made by the queue, gone after a day."""

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.errors import CopyUnderway
from accounts.events import CopyAsked, CopyReady, CopyTaken
from accounts.models import Copy, User
from kernel.acting import database
from kernel.actor import Actor
from kernel.copies import KEEPERS
from kernel.events import emit
from kernel.operations import operation
from kernel.recent import require_recent
from kernel.rules import require


@operation
def ask_for_copy(*, actor: Actor, person: User) -> Copy:
    """Have a copy made of everything that is kept of ``person``; the one before it goes.

    Raises:
        CopyUnderway: one is being made.
        ConfirmationNeeded: they signed in more than ten minutes ago.

    Emits: CopyAsked.
    """
    person = User.objects.locked(person.pk)
    require(actor, "accounts.take_copy", person)
    require_recent(actor)
    mine = Copy.objects.filter(user=person)
    if mine.filter(state=Copy.State.ASKED).exists():
        raise CopyUnderway
    for before in mine:
        forget(before)
    copy = Copy.objects.create(user=person, parts=len(KEEPERS))
    emit(CopyAsked.of(person, actor, copy_id=copy.pk))
    return copy


@operation
def finish_copy(*, actor: Actor, copy: Copy, file: str) -> None:
    """Let the person have it; a second run finds it done, and its file goes.

    Emits: CopyReady.
    """
    copy = Copy.objects.locked(copy.pk)
    if copy.state != Copy.State.ASKED:
        default_storage.delete(file)
        return
    copy.state, copy.file, copy.ready_at, copy.done = Copy.State.READY, file, timezone.now(), copy.parts
    copy.save(update_fields=["state", "file", "ready_at", "done"])
    emit(CopyReady.of(copy.user, actor))


@operation
def give_up_copy(*, actor: Actor, copy: Copy) -> None:
    """Say that it could not be made, so that the person may ask again; no event, since nothing came of it."""
    Copy.objects.filter(pk=copy.pk, state=Copy.State.ASKED).update(state=Copy.State.FAILED)


@operation
def note_progress(*, actor: Actor, copy: Copy, done: int) -> None:
    """Keep how far it is, for the page that waits; no event."""
    Copy.objects.filter(pk=copy.pk, state=Copy.State.ASKED).update(done=done)


@operation
def record_copy_taken(*, actor: Actor, person: User) -> None:
    """Emits: CopyTaken."""
    require(actor, "accounts.take_copy", person)
    require_recent(actor)
    emit(CopyTaken.of(person, actor))


def forget(copy: Copy) -> None:
    """Remove a copy and, once that is certain, its file."""
    name = copy.file
    copy.delete()
    if name:
        transaction.on_commit(lambda: default_storage.delete(name), using=database(), robust=True)
