"""What colleagues find beside a thing on its own page."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest

from access.kinds import kind_of
from margins.queries import kept_on
from ui.asides import Aside, asides


@asides.feed(place=10)
def kept_among_us(request: HttpRequest, thing: Any) -> Iterator[Aside]:
    kept = kept_on(request.actor, thing)
    if kept is not None:
        yield Aside("margins/_margin.html", margin_context(thing, kept))


def margin_context(thing: Any, kept: Any) -> dict[str, Any]:
    """``alone``: where nobody else can ever read, words belong on the thing itself; notes that are there stay."""
    kind = kind_of(thing)
    return {"kept": kept, "thing": thing, "kind": kind.name, "alone": kind.among_own(thing)}
