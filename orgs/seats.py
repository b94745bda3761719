"""Where whoever asks belongs: known with the key they showed, or asked for in their name."""

from typing import Any

from accounts.beside import Beside, asked_beside
from kernel.acting import acting
from kernel.actor import Actor
from kernel.sights import Sight
from orgs.models import Membership, Organization
from orgs.models.organizations import joined, own_seats

BEHIND = Sight("seats_behind(%s)", types=("text",), seat=Membership, organization=Organization)


def seats_of(person: Any) -> list[Membership]:
    """Return where somebody belongs; the rows are theirs to read, before it is known under which hat they act."""
    if not person.is_authenticated:
        return []
    if (shown := getattr(person, "seats_shown", None)) is not None:
        return shown
    with acting(Actor.person(person)):
        return own_seats()


def _keep(person: Any, rows: list[Any]) -> None:
    person.seats_shown = joined(rows)


asked_beside.append(Beside(BEHIND.about, _keep))
