"""What the floors above ask about whoever shows a key, in the one trip in which the key is looked up."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.db.models import Model

from kernel.prepared import Asked, Prepared, together

Key = TypeVar("Key", bound=Model)


class Beside(NamedTuple):
    """``about`` gives the question by the key's digest, in nobody's name, before the key is believed; ``keep`` hears
    the person and the answer once it has opened."""

    about: Callable[[str], Asked]
    keep: Callable[[Any, list[Any]], None]


asked_beside: list[Beside] = []


def opened(keys: Prepared[Key], digest: str) -> Key | None:
    """Return the key with that digest, if it opens, with its ``user``, about whom the floors above know by then."""
    found, *answers = together(keys.about(digest=digest), *(one.about(digest) for one in asked_beside))
    if not found:
        return None
    person = found[0].user  # type: ignore[attr-defined]
    if person is not None:
        for one, answer in zip(asked_beside, answers, strict=True):
            one.keep(person, answer)
    return found[0]
