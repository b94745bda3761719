"""What somebody takes along of their own; each app says in its ``copies.py`` what it keeps of them."""

from collections.abc import Callable, Iterable
from typing import Any

from kernel.actor import Actor

Keeper = Callable[[Actor], Iterable[dict[str, Any]]]
KEEPERS: dict[str, Keeper] = {}


def keeps(name: str) -> Callable[[Keeper], Keeper]:
    """Register who finds what is kept of a person under ``name``, in the person's own name: rows as JSON can say them.

    What they may not see any more stays with the companies it belongs to.
    """

    def register(find: Keeper) -> Keeper:
        if name in KEEPERS:
            raise RuntimeError(f"two apps keep {name}")
        KEEPERS[name] = find
        return find

    return register
