"""Who knows of a request, and whom they know by it: written down by the database as steps begin, and only read here.

Whoever works with requests asks at every row whether it is theirs to know; to find out anew each time from requests,
steps and slots takes the longer the more there are.
"""

from typing import Any, Self

from django.db import models
from django.db.models import CASCADE, DO_NOTHING, Q
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from orgs.models import Membership, Organization

DRAWN: Any = {"db_index": False, "db_constraint": False}  # they are those of the request


class Viewers(models.QuerySet[Any]):
    def of(self, actor: Actor) -> Self:
        """Those of the person in organizations they still work for, and of those that they steer."""
        worked = Organization.objects.worked_for(actor).values("pk")
        steered = Membership.objects.of(actor).steering().values("organization_id")
        return self.filter(
            Q(user=actor.user_id, organization__in=worked) | Q(user=None, organization__in=steered)
        )


class Viewer(models.Model):
    """A person knows of a request as one who works for an organization; without a person, whoever steers it does.

    Who asks does from the start, an organization since a step of it began, and whoever decides since they were asked.
    """

    instance = models.ForeignKey("approvals.Instance", CASCADE, related_name="viewers", db_index=False)
    definition = models.ForeignKey("approvals.Definition", DO_NOTHING, related_name="+", **DRAWN)
    version = models.ForeignKey("approvals.Version", DO_NOTHING, related_name="+", **DRAWN)
    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey("accounts.User", CASCADE, null=True, related_name="+", db_index=False)

    objects = Viewers.as_manager()

    class Meta:
        verbose_name = _("Viewer")
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "organization", "user"], name="viewer_once", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(fields=["organization", "user", "instance"], name="viewer_viewer"),
            # Where no person is named that index is in no order the database knows of: it would sort all that are steered.
            models.Index(
                fields=["organization", "instance"], name="viewer_steering", condition=Q(user__isnull=True)
            ),
            models.Index(fields=["definition", "organization", "user"], name="viewer_definition"),
            models.Index(fields=["version", "organization", "user"], name="viewer_version"),
            # Only for those who are deleted: policies look a request up, and must not count somebody's all instead.
            models.Index(fields=["user"], name="viewer_person", condition=Q(user__isnull=False)),
        ]


class Acquaintance(models.Model):
    """Those viewers meet the name of an organization in some request: as one who asks, is asked, or stands in the form."""

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey("accounts.User", CASCADE, null=True, related_name="+", db_index=False)
    named = models.ForeignKey("orgs.Organization", CASCADE, related_name="+", db_index=False)

    objects = Viewers.as_manager()

    class Meta:
        verbose_name = _("Acquaintance")
        constraints = [
            models.UniqueConstraint(
                fields=["named", "organization", "user"], name="acquaintance_once", nulls_distinct=False
            )
        ]
        indexes = [
            models.Index(fields=["organization"], name="acquaintance_organization"),
            models.Index(fields=["user"], name="acquaintance_user"),
        ]
