"""Who may read what others wrote. The platform itself has every right, but this one is for two people."""

from typing import Any

from accounts.models import User
from kernel.actor import Actor, Kind
from kernel.errors import NotAllowed
from kernel.recent import require_recent
from kernel.rules import rule
from oversight.models import Inspection

RULE = "oversight.inspect"


@rule(RULE)
def may_inspect(actor: Actor, inspection: Any) -> bool:
    """Nobody but operators; and they by ``require_operator``, since they may everything else."""
    return False


@rule("oversight.forget")
def may_forget(actor: Actor, thing: None) -> bool:
    """The platform does, when a person leaves it for good, and when a letter to somebody has long ended."""
    return False


def operators() -> Any:
    return User.objects.filter(is_active=True, is_staff=True, is_superuser=True)


def is_operating(user_id: Any) -> bool:
    return operators().filter(pk=user_id).exists()


def require_operator(actor: Actor) -> None:
    """Refuse all but a person who is an operator at this moment.

    Raises:
        NotAllowed: part of the platform, somebody else, or no operator any more.
    """
    if actor.kind is not Kind.OPERATOR or not is_operating(actor.user_id):
        raise NotAllowed(RULE)


def require_operator_now(actor: Actor) -> None:
    """As ``require_operator``, and they have proved within ten minutes that it is them.

    Raises:
        ConfirmationNeeded: too long ago; whoever sits down at an open browser gets no further.
    """
    require_operator(actor)
    require_recent(actor)


def require_reader(actor: Actor, inspection: Inspection) -> None:
    """Raises:
    NotAllowed: the actor is not the operator it was opened for.
    """
    if inspection.operator_id != actor.user_id:
        raise NotAllowed(RULE)
