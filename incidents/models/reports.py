"""What was published about an incident: it stays as it was, and the record holds its digest."""

import hashlib
import json
from typing import Any, Self

from django.db import models
from django.db.models import CASCADE, PROTECT, Q
from django.utils.translation import gettext_lazy as _

from incidents.models.shares import Share, read_by
from kernel.actor import Actor
from kernel.nouns import Base, Nouns


class Reports(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """All to those whose incident it is; to partners that see it those published for them.

        Row-level security draws the same line.
        """
        if actor.sees_all:
            return self
        read = read_by(actor)
        shared = Share.objects.standing().filter(partner__in=read).values("incident_id")
        return self.filter(
            Q(organization__in=read) | Q(audience=Report.Audience.PARTNERS, incident__in=shared)
        )


class Report(Base):
    """One version. ``body`` is what was published, as canonical JSON; ``sha256`` is of its bytes in UTF-8."""

    class Audience(models.TextChoices):
        INSIDE = "inside", _("Your organization")
        PARTNERS = "partners", _("Partners that see the incident")

    incident = models.ForeignKey("incidents.Incident", CASCADE, related_name="reports")
    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    audience = models.CharField(_("For"), max_length=8, choices=Audience)
    published_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    body = models.TextField()
    sha256 = models.CharField(max_length=64)

    objects = Reports.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "version"], name="incident_report_version")
        ]

    def __str__(self) -> str:
        return f"{self.incident.title}, {self.version}"

    @property
    def said(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    def write(self, said: dict[str, Any]) -> None:
        """Take over what is published, and its digest; both stay."""
        self.body = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        self.sha256 = hashlib.sha256(self.body.encode()).hexdigest()
