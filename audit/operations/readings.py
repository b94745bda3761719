"""Who looked at a record, noted once in ten minutes; who took a copy, every time."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from audit.events import RecordExported, RecordRead
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation

NOTED_EVERY = timedelta(minutes=10)

NOTE = """
    INSERT INTO audit_reading (user_id, kind, noun_id, at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (user_id, kind, noun_id) DO UPDATE SET at = excluded.at WHERE audit_reading.at < %s
"""


@operation
def note_reading(*, actor: Actor, kind: str, noun: Any) -> bool:
    """Emits: RecordRead, at most once in ten minutes for each person and record."""
    if actor.user_id is None:
        return False
    now = timezone.now()
    with connections[database()].cursor() as cursor:
        cursor.execute(NOTE, [actor.user_id, kind, noun.pk, now, now - NOTED_EVERY])
        is_new = cursor.rowcount == 1
    if is_new:
        emit(RecordRead(actor=actor, **_about(kind, noun)))
    return is_new


@operation
def note_export(*, actor: Actor, kind: str, noun: Any, form: str) -> None:
    """Emits: RecordExported."""
    emit(RecordExported(actor=actor, form=form, **_about(kind, noun)))


def _about(kind: str, noun: Any) -> dict[str, Any]:
    place: dict[str, UUID | tuple[UUID, ...]] = (
        {"workspace_id": noun.pk} if kind == "workspace" else {"org_ids": (noun.pk,)}
    )
    return {"kind": kind, "noun_id": noun.pk, "noun_name": str(noun), **place}
