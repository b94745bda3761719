"""What a key of a caller was answered with, so that a repeated write is not a second one.

The kernel has no tables; whoever keeps the replies registers here.
"""

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True)
class Kept:
    status: int
    body: Any


class Replies(Protocol):
    def take(self, user_id: UUID, route: str, key: str, digest: str) -> Kept | None:
        """Return the first answer, or reserve the key and return None.

        Raises:
            InvalidInput: the key was used with another body.
            NotNow: ``in_progress``, the first is in flight.
        """

    def keep(self, user_id: UUID, route: str, key: str, reply: Kept) -> None: ...

    def release(self, user_id: UUID, route: str, key: str) -> None: ...


_kept: list[Replies] = []


def keep_with(store: Replies) -> None:
    _kept[:] = [store]


def store() -> Replies:
    return _kept[0]
