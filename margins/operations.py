"""Colleagues write notes beside a shared thing, and fields."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.kinds import kind_of
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from margins.errors import NoteGone
from margins.events import FieldsChanged, NoteChanged, NoteRemoved, NoteWritten
from margins.models import LONGEST, Field, Note
from margins.policies import keeping
from orgs.models import Organization

MOST_FIELDS = 30


@operation
def write_note(*, actor: Actor, thing: Any, body: str) -> Note:
    """Write something that the actor's own organization alone reads.

    Raises:
        InvalidInput: nothing, or too much, is said.
        NotAllowed: the actor has no part in the thing, or only as somebody's guest.

    Emits: NoteWritten.
    """
    organization = keeping(actor, thing)
    note = Note(
        organization=organization,
        kind=kind_of(thing).name,
        object_id=thing.pk,
        author=actor.user,
        body=_words(body),
    )
    note.save(force_insert=True)
    emit(NoteWritten.of(note, actor))
    return note


@operation
def edit_note(*, actor: Actor, note: Note, body: str) -> Note:
    """Put other words in the place of one's own.

    Raises:
        InvalidInput: nothing, or too much, is said.
        NoteGone: it was deleted meanwhile.

    Emits: NoteChanged, unless it says the same.
    """
    note = _held(note)
    require(actor, "margins.change_note", note)
    said = _words(body)
    if said == note.body:
        return note
    note.body, note.edited_at = said, timezone.now()
    note.save(update_fields=["body", "edited_at"])
    emit(NoteChanged.of(note, actor))
    return note


@operation
def remove_note(*, actor: Actor, note: Note) -> None:
    """Take one's own words away; nothing of them stays.

    Raises:
        NoteGone: it was deleted before.

    Emits: NoteRemoved.
    """
    note = _held(note)
    require(actor, "margins.change_note", note)
    emit(NoteRemoved.of(note, actor))
    note.delete()


@operation
def keep_fields(*, actor: Actor, thing: Any, fields: Sequence[tuple[str, str]]) -> list[Field]:
    """Let these be the fields that the actor's organization keeps, in this order; others go.

    Of two who do so at once the last one's names and values stand.

    Raises:
        InvalidInput: a name or a value is missing, a name stands twice, or there are too many.
        NotAllowed: the actor has no part in the thing, or only as somebody's guest.

    Emits: FieldsChanged, unless they are the same.
    """
    organization = keeping(actor, thing)
    said = _checked(fields)
    kept = Field.objects.on(thing).filter(organization=organization)
    if [(one.name, one.value) for one in kept] == said:
        return list(kept)
    kept.exclude(name__in=[name for name, _value in said]).delete()
    # By name, so that two who write at once wait for each other and never in a circle.
    rows = sorted(_rows(organization, thing, said), key=lambda one: one.name)
    Field.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["organization", "kind", "object_id", "name"],
        update_fields=["value", "place"],
    )
    emit(FieldsChanged.beside(thing, organization, actor))
    return list(Field.objects.on(thing).filter(organization=organization))


def _rows(organization: Organization, thing: Any, said: list[tuple[str, str]]) -> list[Field]:
    where = {"organization": organization, "kind": kind_of(thing).name, "object_id": thing.pk}
    return [
        Field(name=name, value=value, place=place, **where) for place, (name, value) in enumerate(said, 1)
    ]


def _held(note: Note) -> Note:
    held = (
        Note.objects.select_for_update(of=("self",)).select_related("organization").filter(pk=note.pk).first()
    )
    if held is None:
        raise NoteGone
    return held


def _words(body: str) -> str:
    said = body.strip()
    if not said or len(said) > LONGEST:
        code = "too_long" if said else "required"
        raise InvalidInput.at("/body", code, _("Write something, up to 10,000 characters."))
    return said


def _checked(fields: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    said = [(name.strip(), value.strip()) for name, value in fields]
    if len(said) > MOST_FIELDS:
        raise InvalidInput.at("/fields", "too_many", _("At most 30 fields."))
    seen: set[str] = set()
    for at, (name, value) in enumerate(said):
        if not 0 < len(name) <= 60:
            raise InvalidInput.at(f"/fields/{at}/name", "invalid", _("A name of 1 to 60 characters."))
        if not 0 < len(value) <= 500:
            raise InvalidInput.at(f"/fields/{at}/value", "invalid", _("A value of 1 to 500 characters."))
        if name.casefold() in seen:
            raise InvalidInput.at(f"/fields/{at}/name", "twice", _("Each name once."))
        seen.add(name.casefold())
    return said
