"""Putting one's signature: into a field of the form, or under a decision."""

from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext_lazy as _

from approvals import fields
from approvals.engine.contracts import wants_signature
from approvals.fields import SIGNATURE
from approvals.models import Definition, FormFile, Instance
from approvals.operations.files import bring_file
from approvals.operations.grip import Grip
from approvals.signatures import NAME, PLACE, drawn_anew
from kernel.actor import Actor
from kernel.errors import InvalidInput

Faults = list[dict[str, Any]]
MOST_BYTES = 2 * 1024 * 1024
ABOUT: dict[str, Any] = {"id": "signature", "type": SIGNATURE}


def bring_signature(
    *, actor: Actor, definition: Definition, upload: UploadedFile, instance: Instance | None = None
) -> FormFile:
    """Bring a drawn signature, as ``bring_file`` brings a file; what is kept was drawn anew.

    Raises:
        as ``bring_file``; InvalidInput: no picture, or nothing is drawn on it.
    """
    if (upload.size or 0) > MOST_BYTES:
        raise InvalidInput.at("/file", "too_large", _("This picture is too large for a signature."))
    png = drawn_anew(ContentFile(upload.read()))
    clean = SimpleUploadedFile(NAME, png)
    return bring_file(actor=actor, definition=definition, instance=instance, upload=clean, place=PLACE)


def take_signatures(
    actor: Actor, instance: Instance, values: dict[str, Any], held: dict[str, Any], pointer: str = "/form"
) -> Faults:
    """Say of each signature whose it is: theirs who put it there, where it stands already, else the actor's."""
    faults: Faults = []
    for one in instance.version.fields:
        name = one["id"]
        if one["type"] != SIGNATURE or name not in values:
            continue
        if is_same(values[name], held.get(name)):
            values[name] = held[name]
            continue
        found = _taken(actor, instance, values[name])
        values[name] = found and {"by": str(actor.user_id), **found}
        if found is None:
            faults.append({"pointer": f"{pointer}/{name}", "code": "unknown", "detail": UNKNOWN})
    return faults


UNKNOWN = _("There is no such signature.")


def is_same(said: dict[str, Any], held: dict[str, Any] | None) -> bool:
    if held is None:
        return False
    if "typed" in said:
        return said["typed"] == held.get("typed")
    return said["file"] == held.get("file", {}).get("id")


def sign(grip: Grip, said: Any) -> None:
    """Put a signature under the person's yes, where the step or its contract asks for one.

    Raises:
        InvalidInput: it is missing, or none that the person has brought.
    """
    if said is None:
        if wants_signature(grip.case, grip.run):
            raise InvalidInput.at("/signature", "required", _("This decision needs your signature."))
        return
    try:
        read = fields.signed(ABOUT, said)
    except fields.Unfit as unfit:
        raise InvalidInput.at("/signature", unfit.code, unfit.words) from None
    found = _taken(grip.hat, grip.case.instance, read)
    if found is None:
        raise InvalidInput.at("/signature", "unknown", UNKNOWN)
    grip.mine.signature = found
    grip.case.touch(grip.mine)


def _taken(actor: Actor, instance: Instance, said: dict[str, Any]) -> dict[str, Any] | None:
    """Return what is kept of it; None for a picture that the actor has not brought."""
    if "typed" in said:
        return said
    mine = FormFile.objects.loose().filter(
        pk=UUID(said["file"]), uploader=actor.user_id, definition=instance.definition_id,
        stored__startswith=f"{PLACE}/",
    )  # fmt: skip
    row = mine.select_for_update().first()
    if row is None:
        return None
    FormFile.objects.filter(pk=row.pk).update(instance=instance.pk)
    return {"file": row.told()}
