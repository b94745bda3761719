"""What the command palette finds of internal notes and fields: one's own organization's, by their words."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from access.kinds import KINDS
from margins.models import Margin
from margins.queries import fields_found, found, with_things
from ui.palette import MOST_PER_GROUP, Hit, palette

FEWEST = 2  # letters that are worth a look into every note


@palette.feed(place=40)
def kept_words(request: HttpRequest, q: str) -> Iterator[Hit]:
    if len(q) < FEWEST:
        return
    notes = list(found(request.actor, q)[:MOST_PER_GROUP])
    fields = list(fields_found(request.actor, q)[:MOST_PER_GROUP])
    with_things([*notes, *fields])
    yield from (_hit(one, one.body, f"note-{one.pk}") for one in notes)
    yield from (_hit(one, f"{one.name}: {one.value}", f"field-{one.pk}") for one in fields)


def _hit(kept: Margin, words: str, place: str) -> Hit:
    kind = KINDS[kept.kind]
    return Hit(
        group=_("Internal notes"),
        label=" ".join(words.split())[:120],
        url=f"{reverse('margin', args=[kept.kind, kept.object_id])}#{place}",
        icon="lock",
        note=kind.label(kept.thing),
    )
