"""Each invitation is a letter to somebody who did not ask for it: every door that sends one counts it first."""

from uuid import UUID

from kernel.actor import Actor
from kernel.limits import limited


def count_letter(actor: Actor, org_id: UUID) -> None:
    """Count one more for the person who sends it and for the organization in whose name it goes.

    Raises:
        TooMany, Unavailable: see ``kernel.limits``.
    """
    limited("invitations", actor.user_id)
    limited("invitations of an organization", org_id)
