"""Who may, about the record's own machinery."""

from typing import Any

from audit.keepers import KEEPERS, Party
from kernel.actor import Actor
from kernel.rules import RULES, rule


@rule("audit.operate")
def may_operate(actor: Actor, event: Any) -> bool:
    """Operators may everything; nobody else knows of what waits."""
    return False


@rule("audit.sign_checkpoint")
def may_sign_checkpoint(actor: Actor, chain: Any) -> bool:
    """The platform alone signs; who may ask for it, the record's keeper says."""
    return False


@rule("audit.countersign")
def may_countersign(actor: Actor, parties: list[Party]) -> bool:
    """Who reads the record of an organization that takes part signs for it."""
    ours = [one for one in parties if one.org_id == actor.org_id]
    return bool(ours) and RULES[KEEPERS["org"].rule](actor, actor.org)


@rule("audit.forget")
def may_forget(actor: Actor, thing: None) -> bool:
    """The platform does, when a person leaves it for good."""
    return False
