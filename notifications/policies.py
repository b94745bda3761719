"""Who may, about mail on its way."""

from typing import Any

from kernel.actor import Actor
from kernel.rules import rule


@rule("notifications.operate")
def may_operate(actor: Actor, letter: Any) -> bool:
    """Operators may everything; to others a mail is no noun at all."""
    return False


@rule("notifications.forget")
def may_forget(actor: Actor, thing: None) -> bool:
    """The platform does, when a person leaves it for good."""
    return False
