"""Files that come along with a page's form."""

from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import Form
from django.http import HttpRequest, QueryDict

from approvals.fields import FILE, SIGNATURE
from approvals.models import Definition, FormFile, Instance, Version
from approvals.operations.files import bring_file
from approvals.operations.signatures import bring_signature
from approvals.signatures import NAME
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from kernel.limits import limited

AT_ONCE = 10
DRAWN = "data:image/png;base64,"  # how a page sends a drawing


@dataclass
class Brought:
    """What a page sent: its words with the keys of the files that came along, and what is known of those."""

    said: QueryDict | None
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)

    def complain(self, form: Form) -> None:
        """Say in the form which file was not taken."""
        for name, words in self.faults:
            form.add_error(name, words)


def brought(
    request: HttpRequest,
    version: Version,
    definition: Definition,
    instance: Instance | None = None,
    signed: tuple[str, ...] = (),
) -> Brought:
    """Keep the files that came with a form, where its fields take any, so that what is refused need not be chosen again.

    Args:
        signed: the names under which a drawn signature may come, beside the fields of the form.
    """
    if request.method != "POST":
        return Brought(None)
    names = [f"f_{one['id']}" for one in version.fields if one["type"] == FILE]
    signed += tuple(f"f_{one['id']}" for one in version.fields if one["type"] == SIGNATURE)
    result = Brought(request.POST.copy() if names or signed else request.POST)
    for name in signed:
        try:
            found = signed_with(request.actor, request.POST, definition, instance, name)
        except InvalidInput as refused:
            result.said[name] = ""  # type: ignore[index]
            result.faults.append((name, str(refused.errors[0]["detail"])))
        else:
            if found and "file" in found:
                result.said[name] = found["file"]  # type: ignore[index]
    for name in names:
        for upload in request.FILES.getlist(name)[:AT_ONCE]:
            limited("uploads", request.actor.user_id)
            try:
                row = bring_file(actor=request.actor, definition=definition, instance=instance, upload=upload)
            except (InvalidInput, NotAllowed) as refused:
                words = refused.errors[0]["detail"] if isinstance(refused, InvalidInput) else refused.sentence
                result.faults.append((name, f"{upload.name}: {words}"))
            else:
                result.said.appendlist(name, str(row.pk))  # type: ignore[union-attr]
    keys = {key for name in names for key in result.said.getlist(name) if _is_key(key)}  # type: ignore[union-attr]
    rows = FormFile.objects.loose().filter(uploader=request.actor.user_id, pk__in=keys) if keys else ()
    result.told = {str(row.pk): row.told() for row in rows}
    return result


def signed_with(
    actor: Actor, said: QueryDict, definition: Definition, instance: Instance | None, name: str = "signature"
) -> dict[str, str] | None:
    """Return the signature that came with a page: what was drawn, brought as a file, else the name that was typed.

    Raises:
        InvalidInput: what was drawn is no picture, or there is nothing on it.
    """
    drawn, typed = said.get(name, ""), said.get(f"{name}_typed", "").strip()
    if drawn.startswith(DRAWN):
        limited("uploads", actor.user_id)
        upload = SimpleUploadedFile(NAME, _bytes(drawn.removeprefix(DRAWN)))
        row = bring_signature(actor=actor, definition=definition, instance=instance, upload=upload)
        return {"file": str(row.pk)}
    if typed:
        return {"typed": typed}
    return {"file": drawn} if _is_key(drawn) else None


def _bytes(said: str) -> bytes:
    try:
        return b64decode(said, validate=True)
    except ValueError:
        return b""


def _is_key(said: str) -> bool:
    try:
        return bool(UUID(said))
    except ValueError:
        return False
