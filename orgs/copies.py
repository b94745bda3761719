"""What organizations keep of a person, as the person may see it."""

from collections.abc import Iterator
from typing import Any

from kernel.actor import Actor
from kernel.copies import keeps
from orgs.models import Contact, Membership


@keeps("memberships")
def memberships(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Membership.objects.filter(user_id=actor.user_id).order_by("id")
    yield from mine.values("organization__name", "role", "title", "state", "created_at", "ended_at")


@keeps("contact_records")
def contact_records(actor: Actor) -> Iterator[dict[str, Any]]:
    mine = Contact.objects.filter(user_id=actor.user_id).order_by("id")
    yield from mine.values(
        "organization__name",
        "name",
        "email",
        "company",
        "country",
        "title",
        "phone",
        "state",
        "created_at",
        "expires_at",
    )
