"""Who may: colleagues who have a part in the thing. External contacts and auditors are none of them."""

from typing import Any

from access.kinds import kind_of
from kernel.actor import Actor
from kernel.errors import NotAllowed
from kernel.rules import require, rule
from margins.models import Note
from orgs.models import Organization, role_in
from orgs.policies import WORKING


def home(actor: Actor, thing: Any) -> Organization | None:
    """Return the organization for which the actor has a part in the thing and works today."""
    org = kind_of(thing).side(actor, thing)
    return org if org is not None and role_in(actor, org.pk) in WORKING else None


@rule("margins.keep")
def may_keep(actor: Actor, thing: Any) -> bool:
    """Read and write what one's organization keeps beside a thing that one may know of."""
    return home(actor, thing) is not None


@rule("margins.change_note")
def may_change_note(actor: Actor, note: Note) -> bool:
    """Who wrote it, as long as they work there."""
    return note.author_id == actor.user_id and role_in(actor, note.organization_id) in WORKING


def keeping(actor: Actor, thing: Any) -> Organization:
    """Return the organization that is meant.

    Raises:
        NotAllowed: the actor has no part in the thing, or only as somebody's guest.
    """
    require(actor, "margins.keep", thing)
    org = home(actor, thing)
    if org is None:
        raise NotAllowed("margins.keep")
    return org
