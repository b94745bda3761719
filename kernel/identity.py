"""Who stands at a door that is no page: the kernel asks, whoever keeps the people answers."""

from collections.abc import Callable, Mapping
from typing import Any

Scope = Mapping[str, Any]
Recognizer = Callable[[Scope], tuple[Any, Any] | None]

_recognizers: list[Recognizer] = []


def recognized_by(recognizer: Recognizer) -> Recognizer:
    """Register who knows the people: takes an ASGI scope, returns ``(user, token or None)`` or None."""
    _recognizers[:] = [recognizer]
    return recognizer


def recognize(scope: Scope) -> tuple[Any, Any] | None:
    """Return who opens this connection, by bearer token or session cookie; None for a stranger.

    It asks the database: call it in a thread, while somebody acts (``Actor.nobody``). Whether a
    cookie may be believed at all (the Origin header) is for the door to check.
    """
    return _recognizers[0](scope)
