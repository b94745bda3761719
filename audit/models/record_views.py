"""Views of a record: which of its entries, under a name; one person's own, or of all who read it for an organization."""

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import CASCADE, Q
from django.utils.translation import gettext_lazy as _

from audit.models.chains import OperatorsOnly
from kernel.actor import Actor
from kernel.nouns import Base

LONGEST_NAME = 80


class RecordViews(OperatorsOnly):
    """Whoever comes here has opened the record by its keeper: a view shows no entry that the record does not."""

    def shown_to(self, actor: Actor, kind: str, noun_id: UUID) -> Self:
        """Those of one record that are the actor's own, or shared among those who read it for their organization."""
        own = Q(owner_id=actor.user_id, org_id=None)
        shared = Q(org_id=shared_for(actor, kind, noun_id), org_id__isnull=False)
        return self.filter(own | shared, chain__kind=kind, chain__noun_id=noun_id)


class RecordView(Base):
    """Words of a query string under a name. It keeps the question, never an answer: entries are found anew each time."""

    chain = models.ForeignKey("audit.Chain", CASCADE, related_name="views")
    owner_id = models.UUIDField()  # who made it
    org_id = models.UUIDField(null=True)  # whose readers share it; null: its owner's alone
    name = models.CharField(_("Name"), max_length=LONGEST_NAME)
    filters = models.JSONField()  # as in a query string

    objects = RecordViews.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["chain", "owner_id"], name="record_view_place")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.org_id is not None


class FirstViews(OperatorsOnly):
    def of(self, actor: Actor, kind: str, noun_id: UUID) -> Self:
        return self.filter(owner_id=actor.user_id, chain__kind=kind, chain__noun_id=noun_id)


class FirstView(Base):
    """With which view somebody opens a record. One that was deleted, or is not shared any more, opens nothing."""

    chain = models.ForeignKey("audit.Chain", CASCADE, related_name="+")
    owner_id = models.UUIDField()
    view_id = models.UUIDField()

    objects = FirstViews.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner_id", "chain"], name="first_view_once")]


def shared_for(actor: Actor, kind: str, noun_id: Any) -> UUID | None:
    """Return the organization among whose readers the actor shares: whose record it is, or in a room the one they act for."""
    return noun_id if kind == "org" else actor.org_id
