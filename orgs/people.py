"""How people come to know each other, and where they belong: what orgs tells the accounts below."""

from typing import Any

from django.db.models import F, Func, Q, UUIDField

from accounts.models import User
from kernel.actor import Actor
from orgs.models import Contact, Membership, Organization, Partnership


def memberships_from(person: User) -> list[dict[str, Any]]:
    """Return the organizations somebody belongs to, the first joined first."""
    mine = Membership.objects.active().filter(user=person).select_related("organization").order_by("id")
    return [
        {
            "org": {"id": one.organization_id, "slug": one.organization.slug, "name": one.organization.name},
            "role": one.role,
        }
        for one in mine
    ]


def colleagues(actor: Actor) -> Q:
    """An organization's people see each other."""
    mine = Organization.objects.of(actor).values("pk")
    together = Membership.objects.active().filter(organization__in=mine)
    return Q(pk__in=together.values("user_id"))


def counterparts(actor: Actor) -> Q:
    """Of a partner one knows those who steer the partnership, not everybody."""
    mine = Organization.objects.worked_for(actor).values("pk")
    standing = Partnership.objects.standing().filter(Q(host__in=mine) | Q(partner__in=mine))
    steering = Membership.objects.steering().filter(
        Q(organization__in=standing.values("host_id")) | Q(organization__in=standing.values("partner_id"))
    )
    return Q(pk__in=steering.values("user_id")) | Q(pk__in=_coordinators(standing))


def _coordinators(standing: Any) -> Any:

    return standing.annotate(one=Func(F("coordinators"), function="unnest", output_field=UUIDField())).values(
        "one"
    )


def outsiders(actor: Actor) -> Q:
    """Members know the contacts their organization admitted; a contact knows who vouches for them."""
    mine = Organization.objects.worked_for(actor).values("pk")
    admitted = Contact.objects.filter(organization__in=mine, user__isnull=False)
    vouching = Contact.objects.filter(user_id=actor.user_id, state=Contact.State.ACTIVE)
    return Q(pk__in=admitted.values("user_id")) | Q(pk__in=vouching.values("sponsor_id"))


def steering_people(partnership: Partnership) -> list[Membership]:
    """Return the owners and admins of both sides, the host's first."""
    steering = Membership.objects.steering().filter(organization__in=partnership.sides)
    found = steering.select_related("user", "organization").order_by("user__name")
    return sorted(found, key=lambda one: one.organization_id != partnership.host_id)
