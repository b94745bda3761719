"""What a form takes in from outside: files, links and signatures, each asked for in the name of who writes it."""

from typing import Any

from approvals.models import Instance
from approvals.operations.files import take_files
from approvals.operations.pointing import look_up
from approvals.operations.signatures import take_signatures
from kernel.actor import Actor


def take_in(
    actor: Actor,
    instance: Instance,
    values: dict[str, Any],
    held: dict[str, Any],
    seen: dict[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Put what is known of it into the values, and return what is not there.

    Args:
        held: what the form holds already, whoever put it there.
        seen: of what it links to, what the actor need not see again; without it, all that it holds.
    """
    return [
        *take_files(actor, instance, values, held),
        *look_up(actor, instance, values, held if seen is None else seen),
        *take_signatures(actor, instance, values, held),
    ]
