"""The socket door: a key that is bound to one organization hears of no other."""

from typing import Any

from kernel.acting import acting
from kernel.actor import Actor
from kernel.identity import dressed_by
from orgs.models import Membership


@dressed_by
def actor_of_key(user: Any, token: Any) -> Actor:
    """Return who listens. Once they have left the key's organization, the key is bound to nothing."""
    if token is None or token.org_id is None:
        return Actor.person(user, scope=token.scope if token else "admin")
    mine = Membership.objects.active().filter(user=user, organization_id=token.org_id)
    with acting(Actor.person(user)):
        found = mine.select_related("organization").first()
    return Actor.person(user, found.organization if found else None, scope=token.scope, bound=True)
