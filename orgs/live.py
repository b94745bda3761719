"""The socket door: a key that is bound to one organization hears of no other."""

from typing import Any

from kernel.actor import Actor
from kernel.identity import dressed_by
from orgs.seats import seats_of


@dressed_by
def actor_of_key(user: Any, token: Any) -> Actor:
    """Return who listens. Once they have left the key's organization, the key is bound to nothing."""
    if token is None or token.org_id is None:
        return Actor.person(user, scope=token.scope if token else "admin")
    belongs = (one.organization for one in seats_of(user) if one.organization_id == token.org_id)
    return Actor.person(user, next(belongs, None), scope=token.scope, bound=True)
