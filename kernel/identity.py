"""Who stands at a door that is no page: the kernel asks, whoever keeps the people answers."""

from collections.abc import Callable, Mapping
from typing import Any

from kernel.actor import Actor

Scope = Mapping[str, Any]
Recognizer = Callable[[Scope], tuple[Any, Any] | None]

Dresser = Callable[[Any, Any], Actor]

_recognizers: list[Recognizer] = []
_dressers: list[Dresser] = []


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


def dressed_by(dresser: Dresser) -> Dresser:
    """Register who knows the hats: takes ``(user, token or None)``, returns who acts where none is named."""
    _dressers[:] = [dresser]
    return dresser


def actor_for(user: Any, token: Any) -> Actor:
    """Return who acts through a connection, under the organization that the token is bound to, if it is.

    Where a noun names another hat, its owner puts that on. Call it as ``recognize``.
    """
    if _dressers:
        return _dressers[0](user, token)
    return Actor.person(user, scope=token.scope if token else "admin")
