"""The socket door: a key that is bound to one organization hears of no other."""

from typing import Any

from kernel.acting import acting
from kernel.actor import Actor
from kernel.identity import dressed_by
from orgs.models.organizations import own_seats


@dressed_by
def actor_of_key(user: Any, token: Any) -> Actor:
    """Return who listens. Once they have left the key's organization, the key is bound to nothing."""
    if token is None or token.org_id is None:
        return Actor.person(user, scope=token.scope if token else "admin")
    with acting(Actor.person(user)):
        bound_to = next(
            (one.organization for one in own_seats() if one.organization_id == token.org_id), None
        )
    return Actor.person(user, bound_to, scope=token.scope, bound=True)
