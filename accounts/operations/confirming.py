"""Proving once more that it is oneself."""

from accounts.events import PersonConfirmed
from accounts.models import User
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require


@operation
def confirm_person(*, actor: Actor, person: User, by: str) -> None:
    """Record that somebody has proved anew who they are.

    Args:
        by: ``password``, ``totp``, ``recovery_codes`` or ``webauthn``.

    Emits: PersonConfirmed.
    """
    require(actor, "accounts.change_profile", person)
    emit(PersonConfirmed.of(person, actor, by=by))
