"""Who else may look into a request: people of a side, by the word of that side."""

from typing import Self

from django.db import models
from django.db.models import CASCADE, Q
from django.db.models.expressions import RawSQL

from access.models import Grant, Grants
from kernel.actor import Actor
from orgs.models import Organization


class InstanceGrants(Grants):
    def meant_for(self, actor: Actor) -> Self:
        """Those that let the person in, each on the side that gave it."""
        departments = RawSQL("SELECT unnest(priv.departments(%s, NULL))", [actor.user_id])
        worked = Organization.objects.worked_for(actor).values("pk")
        meant = Q(user=actor.user_id) | Q(organization__in=worked) | Q(department__in=departments)
        return self.live().filter(meant, given_for__in=worked)


class InstanceGrant(Grant):
    """A right on one request, for people of the side that gives it (``given_for``)."""

    on = models.ForeignKey("approvals.Instance", CASCADE, related_name="grants")

    objects = InstanceGrants.as_manager()

    class Meta(Grant.Meta):
        pass
