"""How long an organization keeps what its own people say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import CASCADE, PROTECT, Q

from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models import Membership
from workspaces.models import Participant, Workspace

LONGEST_DAYS = 3650


class Retentions(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """One's own organizations', and in each room those of who takes part there."""
        if actor.sees_all:
            return self
        mine = Q(organization__in=Membership.objects.of(actor).values("organization_id"))
        parts = Participant.objects.visible_to(actor)
        everywhere = Q(workspace=None, organization__in=parts.values("organization_id"))
        return self.filter(mine | everywhere | Q(workspace__in=Workspace.objects.visible_to(actor)))

    def begun(self, now: datetime) -> Self:
        return self.filter(begins_at__lte=now)


class Retention(Base):
    """After so many days the words of an organization's own people go: in one room, or wherever they were said.

    Of the two the shorter counts. Nobody else's rule touches them, the host's neither.
    """

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")
    workspace = models.ForeignKey("workspaces.Workspace", CASCADE, null=True, related_name="+")
    days = models.PositiveIntegerField()
    begins_at = (
        models.DateTimeField()
    )  # when it first removes something: a shorter one leaves a day to think again
    set_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    done_until = models.DateTimeField(null=True)  # what was said earlier has been looked at

    objects = Retentions.as_manager()

    class Meta:
        ordering = ["workspace__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "workspace"], name="retention_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=LONGEST_DAYS), name="retention_has_days"
            ),
        ]

    def ends(self, now: datetime) -> datetime:
        """Return the moment before which what was said is not kept any more."""
        return now - timedelta(days=self.days)


@dataclass(frozen=True)
class Kept:
    """How long one organization keeps its people's words in a room; None: until they are deleted by hand."""

    organization: Any
    days: int | None


def kept_by(organizations: Iterable[Any], workspace_id: UUID | None) -> list[Kept]:
    """Return how long each of some organizations keeps what its people say in a room, or outside of all."""
    named = list(organizations)
    here = Q(workspace=None) | (Q(workspace=workspace_id) if workspace_id else Q(pk=None))
    rows = Retention.objects.filter(here, organization__in=named)
    found: dict[UUID, int] = {}
    for one in rows:
        found[one.organization_id] = min(one.days, found.get(one.organization_id, one.days))
    return [Kept(one, found.get(one.pk)) for one in named]
