"""Who may set what holds for the whole platform."""

from typing import Any

from kernel.actor import Actor
from kernel.rules import rule


@rule("operating.operate")
def may_operate(actor: Actor, thing: Any) -> bool:
    """Operators may everything; nobody else turns anything here."""
    return False
