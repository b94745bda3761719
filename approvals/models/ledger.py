"""What was said about a request, and everything that happened to it."""

from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import PROTECT, Q
from django.utils.translation import gettext_lazy as _

from approvals.models.instances import Instance
from kernel.actor import Actor
from kernel.nouns import Base, Nouns


class Heard(Nouns):
    def heard_by(self, org_id: UUID | None) -> Self:
        """Those that people of this organization may know of."""
        raise NotImplementedError


class Comments(Heard):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(instance__in=Instance.objects.visible_to(actor))

    def heard_by(self, org_id: UUID | None) -> Self:
        return self.filter(Q(audience=Comment.Audience.SHARED) | Q(organization_id=org_id))


class Comment(Base):
    """A word about a request: for all its parties, or for the author's organization alone."""

    class Audience(models.TextChoices):
        INTERNAL = "internal", _("Internal")
        SHARED = "shared", _("Shared")

    instance = models.ForeignKey("approvals.Instance", PROTECT, related_name="comments")
    author = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    organization = models.ForeignKey("orgs.Organization", PROTECT, related_name="+")
    audience = models.CharField(max_length=16, choices=Audience, default=Audience.INTERNAL)
    body = models.TextField(max_length=10_000)

    objects = Comments.as_manager()

    class Meta:
        verbose_name = _("Comment")


class InstanceEvents(Heard):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(instance__in=Instance.objects.visible_to(actor))

    def heard_by(self, org_id: UUID | None) -> Self:
        return self.filter(audience__contains=[org_id]) if org_id else self.none()


class InstanceEvent(Base):
    """One thing that happened, with every result that could have been otherwise; never changed, never removed.

    ``seq`` orders the events of one request and is shown to nobody: holes would tell of what is hidden.
    """

    instance = models.ForeignKey("approvals.Instance", PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=32)
    at = models.DateTimeField()
    actor = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    principal = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    acting_org = models.ForeignKey("orgs.Organization", PROTECT, null=True, related_name="+")
    audience = ArrayField(models.UUIDField())  # the organizations that may know of it
    payload = models.JSONField(default=dict)
    prev = models.CharField(max_length=64, blank=True, default="", db_default="")
    hash = models.CharField(max_length=64, blank=True, default="", db_default="")

    objects = InstanceEvents.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "seq"], name="instance_event_place")]
        indexes = [GinIndex(fields=["audience"], name="instance_event_audience")]
