"""Files that come along with a page's form."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, QueryDict

from approvals.fields import FILE
from approvals.models import Definition, FormFile, Instance, Version
from approvals.operations.files import bring_file
from kernel.errors import InvalidInput, NotAllowed
from kernel.limits import limited

AT_ONCE = 10


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
    request: HttpRequest, version: Version, definition: Definition, instance: Instance | None = None
) -> Brought:
    """Keep the files that came with a form, where its fields take any, so that what is refused need not be chosen again."""
    if request.method != "POST":
        return Brought(None)
    names = [f"f_{one['id']}" for one in version.fields if one["type"] == FILE]
    result = Brought(request.POST.copy() if names else request.POST)
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


def _is_key(said: str) -> bool:
    try:
        return bool(UUID(said))
    except ValueError:
        return False
