"""What a key of a caller was answered with, so that a repeated write is not a second one.

The kernel has no tables; whoever keeps the replies registers here.
"""

from contextvars import ContextVar
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

    def note_done(self, user_id: UUID, route: str, key: str) -> None:
        """Note, in the transaction of what the key asked for, that it is done: from its commit on it is so for good.

        Raises:
            NotNow: somebody else has done it meanwhile.
        """

    def keep(self, user_id: UUID, route: str, key: str, reply: Kept) -> None: ...

    def release(self, user_id: UUID, route: str, key: str) -> None:
        """Let go of a key under which nothing was done."""


Key = tuple[UUID, str, str]  # whose, the route, the key

_kept: list[Replies] = []
_under: ContextVar[Key | None] = ContextVar("under", default=None)


def keep_with(store: Replies) -> None:
    _kept[:] = [store]


def store() -> Replies:
    return _kept[0]


def under(key: Key | None) -> None:
    """Say under which key the next operation runs; a door takes it back when it has answered."""
    _under.set(key)


def note_done() -> None:
    """Called by the outermost operation just before it commits: a process may be killed before it answers."""
    key = _under.get()
    if key is not None:
        store().note_done(*key)
        _under.set(None)
