"""Who decides for somebody who is away: a colleague, for a time, in all or in some of what they are asked."""

from datetime import date, time, timedelta
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import CASCADE, PROTECT, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from approvals.errors import DelegationEnded
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models import Membership

LONGEST_CHAIN = 3


class Delegations(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those they gave or were given, and those of organizations they steer."""
        if actor.sees_all:
            return self
        steered = Membership.objects.of(actor).steering().values("organization")
        worked = Membership.objects.of(actor).exclude(role=Membership.Role.AUDITOR).values("organization")
        own = Q(principal=actor.user_id) | Q(delegate=actor.user_id)
        return self.filter(Q(organization__in=steered) | own & Q(organization__in=worked))

    def standing(self) -> Self:
        """Those that count now or will."""
        return self.filter(ended_at=None, until__gt=timezone.now())

    def in_force(self) -> Self:
        return self.standing().filter(since__lte=timezone.now())

    def told(self) -> Self:
        return self.select_related("organization", "principal", "delegate", "definition", "workspace")


class Delegation(Base):
    """``delegate`` may decide for ``principal`` from ``since`` until just before ``until``; the slots stay the
    principal's. A definition or a workspace narrows it to requests of that kind, or in that room."""

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="delegations")
    principal = models.ForeignKey("accounts.User", PROTECT, related_name="delegations")
    delegate = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    definition = models.ForeignKey("approvals.Definition", CASCADE, null=True, related_name="+")
    workspace = models.ForeignKey("workspaces.Workspace", CASCADE, null=True, related_name="+")
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    set_by = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = Delegations.as_manager()

    class Meta:
        verbose_name = _("Delegation")
        constraints = [
            models.CheckConstraint(condition=~Q(principal=F("delegate")), name="delegation_to_another"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="delegation_forwards"),
        ]
        indexes = [
            models.Index(
                fields=["delegate", "until"], condition=Q(ended_at=None), name="delegation_delegate"
            ),
            models.Index(
                fields=["principal", "until"], condition=Q(ended_at=None), name="delegation_principal"
            ),
        ]

    @property
    def state(self) -> str:
        """Return ``ended``, ``planned`` or ``in_force``."""
        now = timezone.now()
        if self.ended_at or self.until <= now:
            return "ended"
        return "planned" if self.since > now else "in_force"

    @property
    def days(self) -> tuple[date, date] | None:
        """Return the first and the last day, where the reader is; nothing if it does not last whole days there."""
        first, after = timezone.localtime(self.since), timezone.localtime(self.until)
        if self.ended_at or any(one.time() != time() for one in (first, after)):
            return None
        return first.date(), after.date() - timedelta(days=1)

    def end(self) -> None:
        if self.state == "ended":
            raise DelegationEnded
        self.ended_at = timezone.now()

    def covers(self, definition_id: UUID, workspace_id: UUID | None) -> bool:
        return self.definition_id in (None, definition_id) and self.workspace_id in (None, workspace_id)
