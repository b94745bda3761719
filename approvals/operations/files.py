"""Bringing files for a form, taking them into it, and taking them along."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from approvals.events import FileTaken
from approvals.fields import FILE
from approvals.models import Definition, FormFile, Instance
from approvals.projection import View
from kernel import files
from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from kernel.switches import UPLOADS, require_on

LOOSE_FOR = timedelta(hours=24)
PLACE = "forms"
Faults = list[dict[str, Any]]


def bring_file(
    *,
    actor: Actor,
    definition: Definition,
    upload: UploadedFile,
    instance: Instance | None = None,
    place: str = PLACE,
) -> FormFile:
    """Bring a file for a form. Nobody else sees it until the form holds it; without one it goes after a day.

    Args:
        instance: a request whose form they may write; without it, for a new request.

    Raises:
        NotAllowed: they may not ask so, or not write in this one.
        InvalidInput: see ``kernel.files.keep``.
    """
    require_on(actor, UPLOADS)
    if instance is None:
        require(actor, "approvals.start", definition)
    else:
        require(actor, "approvals.write", instance)
    kept = files.keep(
        upload, place=place, draw=False
    )  # before the transaction: a long file would hold it open
    try:
        return _keep(actor=actor, definition=definition, kept=kept)
    except Exception:
        files.forget([kept.stored])
        raise


@operation
def take_file(*, actor: Actor, instance: Instance, file: FormFile) -> None:
    """Note that somebody takes a file along, which ``queries.file_of`` has found for them.

    Emits: FileTaken, to the record of their side alone.
    """
    side = View(instance, actor).own_org
    hat = actor.for_org(side)
    emit(FileTaken.of(instance, hat, org_ids=(side.pk,), file_id=file.pk, file_name=file.name))


@operation
def _keep(*, actor: Actor, definition: Definition, kept: files.Kept) -> FormFile:
    row = FormFile(
        definition=definition, uploader=actor.user, name=kept.name, size=kept.size, content_type=kept.content_type,
        digest=kept.digest, stored=kept.stored,
    )  # fmt: skip
    row.save(force_insert=True)
    return row


@operation
def forget_loose(*, actor: Actor) -> int:
    """Remove what was brought a day ago and no form holds; return how many."""
    require(actor, "approvals.keep_time")
    rows = list(FormFile.objects.loose().filter(created_at__lt=timezone.now() - LOOSE_FOR)[:500])
    FormFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    names = [row.stored for row in rows]
    transaction.on_commit(lambda: files.forget(names), using=database(), robust=True)
    return len(rows)


def take_files(
    actor: Actor, instance: Instance, values: dict[str, Any], held: dict[str, Any], pointer: str = "/form"
) -> Faults:
    """Put what is known of each file into the values: those that the field holds already, and what the actor has brought.

    A file of another field or of somebody else is as unknown as one that is not there.
    """
    named = {
        one["id"]: values[one["id"]]
        for one in instance.version.fields
        if one["type"] == FILE and one["id"] in values
    }
    known = {name: {one["id"]: one for one in held.get(name, ())} for name in named}
    new = {key for name, keys in named.items() for key in keys if key not in known[name]}
    rows = {str(row.pk): row for row in _brought(actor, instance, new)} if new else {}
    faults: Faults = []
    for name, keys in named.items():
        found = [known[name].get(key) or (rows[key].told() if key in rows else None) for key in keys]
        faults += [
            {"pointer": f"{pointer}/{name}/{place}", "code": "unknown", "detail": _("There is no such file.")}
            for place, one in enumerate(found)
            if one is None
        ]
        values[name] = found
    if rows and not faults:
        FormFile.objects.filter(pk__in=[row.pk for row in rows.values()]).update(instance=instance.pk)
    return faults


def _brought(actor: Actor, instance: Instance, keys: set[str]) -> list[FormFile]:
    mine = FormFile.objects.loose().filter(
        uploader=actor.user_id, definition=instance.definition_id, pk__in=[UUID(key) for key in keys]
    )
    return list(mine.select_for_update())
