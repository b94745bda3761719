"""What was asked already while one page is read: the same question is not put to the database twice.

Only while somebody looks (GET) and nothing changes, or while what has happened is shown to those who read the record; any
other operation asks anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from kernel.actor import Actor

P = ParamSpec("P")
Answer = TypeVar("Answer")

_known: ContextVar[dict[Any, Any] | None] = ContextVar("known", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def remembered(ask: Callable[P, Answer]) -> Callable[P, Answer]:
    """Let a question about an actor keep its answer; arguments are an Actor and keys."""

    @wraps(ask)
    def asked(*args: P.args, **kwargs: P.kwargs) -> Answer:
        known = _known.get()
        if known is None or kwargs:
            return ask(*args, **kwargs)
        key = (ask.__module__, ask.__qualname__, *map(_key, args))
        if key not in known:
            known[key] = ask(*args)  # type: ignore[call-arg]
        return known[key]

    return asked


def learn(ask: Callable[..., Answer], answer: Answer, *args: Any) -> None:
    """Take note of the answer to a remembered question that was found on another way."""
    known = _known.get()
    if known is not None:
        known[(ask.__module__, ask.__qualname__, *map(_key, args))] = answer


@contextmanager
def knowing(ask: Callable[..., Answer], answer: Answer, *args: Any) -> Iterator[None]:
    """Let a remembered question have the answer that was found a moment ago, for what is asked inside."""
    token = _known.set({**(_known.get() or {}), (ask.__module__, ask.__qualname__, *map(_key, args)): answer})
    try:
        yield
    finally:
        _known.reset(token)


def _key(said: Any) -> Any:
    """Return what tells actors apart: the person, and the organization where the key opens no other."""
    if isinstance(said, Actor):
        return (said.kind, said.user_id, said.org_id if said.bound else None)
    return said
