"""What stands beside a thing for one's own organization."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from access.kinds import KINDS
from kernel.actor import Actor
from margins.models import Field, Margin, Margins, Note
from margins.policies import home
from orgs.models import Organization

FIRST = 5  # notes beside a thing; the rest stand on a page of their own


@dataclass(frozen=True)
class Kept:
    """One thing's margin: ``organization`` is whose it is."""

    organization: Organization
    fields: list[Field]
    notes: list[Note]
    has_more: bool


def notes_on(thing: Any, organization: Organization) -> Margins:
    """Return the notes of one organization beside a thing, the newest first."""
    return Note.objects.on(thing).filter(organization=organization).select_related("author").order_by("-pk")


def fields_on(thing: Any, organization: Organization) -> QuerySet[Field]:
    return Field.objects.on(thing).filter(organization=organization)


def kept_on(actor: Actor, thing: Any) -> Kept | None:
    """Return what the actor's organization keeps beside a thing; None for whoever has no part in it."""
    organization = home(actor, thing)
    if organization is None:
        return None
    notes = list(notes_on(thing, organization)[: FIRST + 1])
    return Kept(organization, list(fields_on(thing, organization)), notes[:FIRST], len(notes) > FIRST)


def found(actor: Actor, q: str) -> Margins:
    """Return notes that say ``q``, of organizations one works for, on what one may know of."""
    said = Note.objects.visible_to(actor).filter(body__icontains=q)
    return said.select_related("author", "organization").order_by("-pk")


def fields_found(actor: Actor, q: str) -> Margins:
    return Field.objects.visible_to(actor).filter(value__icontains=q).order_by("-pk")


def with_things(kept: Sequence[Margin]) -> None:
    """Find what each stands beside: one query a kind, however many they are."""
    for name in {one.kind for one in kept}:
        beside = [one for one in kept if one.kind == name]
        things = KINDS[name].rows().in_bulk([one.object_id for one in beside])
        for one in beside:
            one.thing = things[one.object_id]
