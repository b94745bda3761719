"""Who may: one function per right, asked by operations, templates and doors alike."""

from collections.abc import Callable
from typing import Any

from kernel.actor import Actor
from kernel.errors import NotAllowed

Rule = Callable[[Actor, Any], bool]
RULES: dict[str, Rule] = {}


def rule(name: str) -> Callable[[Rule], Rule]:
    """Register the one function that answers for the right ``name`` (``app.verb``)."""

    def register(question: Rule) -> Rule:
        if name in RULES:
            raise RuntimeError(f"two rules are named {name}")
        RULES[name] = question
        return question

    return register


def may(actor: Actor, name: str, thing: Any = None) -> bool:
    """Tell whether ``actor`` has the right. The platform itself and its operators have all."""
    return actor.sees_all or RULES[name](actor, thing)


def require(actor: Actor, name: str, thing: Any = None) -> None:
    """Refuse unless ``actor`` has the right.

    Raises:
        NotAllowed: it names the rule.
    """
    if not may(actor, name, thing):
        raise NotAllowed(name, about=thing)
