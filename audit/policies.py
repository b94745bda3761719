"""Who may, about the record's own machinery."""

from typing import Any

from kernel.actor import Actor
from kernel.rules import rule


@rule("audit.operate")
def may_operate(actor: Actor, event: Any) -> bool:
    """Operators may everything; nobody else knows of what waits."""
    return False


@rule("audit.sign_checkpoint")
def may_sign_checkpoint(actor: Actor, chain: Any) -> bool:
    """The platform alone signs; who may ask for it, the record's keeper says."""
    return False
