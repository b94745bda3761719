"""An incident as a partner sees it, for as long as the organization shares it."""

from typing import Self

from django.db import models
from django.db.models import CASCADE, PROTECT, F, Q
from django.utils import timezone

from incidents.errors import ShareEnded
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models import Membership, Organization
from orgs.policies import RECORD_READERS


def read_by(actor: Actor) -> models.QuerySet:
    """Return the organizations whose record the person reads: theirs are incidents to know of."""
    return Membership.objects.of(actor).filter(role__in=RECORD_READERS).values("organization_id")


class Shares(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """All to those who share; those that stand to who reads them for the partner, or has a task by them.

        Row-level security draws the same line.
        """
        if actor.sees_all:
            return self
        read, ours = read_by(actor), Organization.objects.of(actor).values("pk")
        tasks = Q(incident__tasks__assignee=actor.user_id, incident__tasks__side=F("partner"))
        given = self.model.objects.standing().filter(tasks, partner__in=ours)
        return self.filter(
            Q(organization__in=read) | Q(partner__in=read, ended_at=None) | Q(pk__in=given.values("pk"))
        )

    def standing(self) -> Self:
        return self.filter(ended_at=None)


class Share(Base):
    """A partner's security people see the incident: its head, the tasks given to them, and what is published for them."""

    incident = models.ForeignKey("incidents.Incident", CASCADE, related_name="shares")
    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")  # whose incident it is
    partner = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")
    shared_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = Shares.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "partner"], condition=Q(ended_at=None), name="incident_shared_once"
            ),
            models.CheckConstraint(
                condition=~Q(partner=F("organization")), name="incident_shared_with_another"
            ),
        ]
        indexes = [
            models.Index(fields=["partner"], condition=Q(ended_at=None), name="incident_shares_standing")
        ]

    def __str__(self) -> str:
        return str(self.partner)

    def end(self) -> None:
        if self.ended_at is not None:
            raise ShareEnded
        self.ended_at = timezone.now()
