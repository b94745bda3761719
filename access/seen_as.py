"""A room as another organization sees it: of what one sees oneself, what its people see too, and what not."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from access.kinds import KINDS
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import Sentence
from orgs.models import Organization
from workspaces.models import Member, Participant, Workspace

MOST_THINGS = 200  # of each noun, the newest
MOST_TOGETHER = 50  # each person's view is asked for by itself


@dataclass(frozen=True)
class Noun:
    """One kind of thing in a room; ``reference`` is what the page of access calls it by, if it has one."""

    title: Sentence
    rows: QuerySet
    reference: str = ""


@dataclass(frozen=True)
class Sight:
    thing: Any
    name: str
    is_seen: bool
    reference: str = ""


def nouns_in(room: Workspace) -> Iterator[Noun]:
    """Yield all that stands in a room: what access is kept for, and the people."""
    for kind in KINDS.values():
        if any(one.name == "workspace" for one in kind.model._meta.fields):
            yield Noun(kind.plural or kind.title, kind.rows().filter(workspace=room), kind.name)
    yield Noun(_("People"), Member.objects.filter(workspace=room).select_related("user", "organization"))


def partners_in(actor: Actor, room: Workspace) -> list[Organization]:
    """Return the organizations in a room other than the one that the asker sits there for."""
    parts = Participant.objects.visible_to(actor).standing().filter(workspace=room)
    others = parts.exclude(organization=actor.org_id).select_related("organization")
    return [one.organization for one in others.order_by("organization__name")]


def seats_of(actor: Actor, room: Workspace, organization: Organization) -> list[Member]:
    """Return who sits there for an organization: its own people first, then its external contacts."""
    seats = Member.objects.visible_to(actor).seated().filter(workspace=room, organization=organization)
    return sorted(
        seats.select_related("user", "organization", "contact"),
        key=lambda one: (one.is_external, one.user.name),
    )


def seen_as(actor: Actor, room: Workspace, seats: list[Member]) -> list[tuple[Noun, list[Sight]]]:
    """Return of each noun what the asker sees in a room, and whether one of these seats sees it too.

    What the asker may not know of is left out, even as a number: nobody learns by another's eyes what is hidden from
    their own. For each seat the database is asked in its person's name, as when they come with a key of theirs.
    """
    return [(noun, _sights(actor, noun, seats)) for noun in nouns_in(room)]


def _sights(actor: Actor, noun: Noun, seats: list[Member]) -> list[Sight]:
    mine = list(noun.rows.visible_to(actor).order_by("-pk")[:MOST_THINGS])  # type: ignore[attr-defined]
    keys = [one.pk for one in mine]
    seen = {key for seat in seats for key in _seen_from(seat, noun, keys)}
    return [Sight(one, _name(noun, one), one.pk in seen, _reference(noun, one)) for one in mine]


def _seen_from(seat: Member, noun: Noun, keys: list[UUID]) -> set[UUID]:
    with acting(Actor.person(seat.user, org=seat.organization, bound=True, scope="read")) as person:
        return set(noun.rows.visible_to(person).filter(pk__in=keys).values_list("pk", flat=True))  # type: ignore[attr-defined]


def _name(noun: Noun, thing: Any) -> str:
    return KINDS[noun.reference].label(thing) if noun.reference else thing.user.name


def _reference(noun: Noun, thing: Any) -> str:
    return f"{noun.reference}:{thing.pk}" if noun.reference else ""
