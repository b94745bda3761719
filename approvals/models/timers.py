"""What a step does by itself at some hour, as long as it is open."""

from typing import Self

from django.db import models
from django.db.models import CASCADE, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from approvals.models.instances import Instance
from approvals.models.steps import Run
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models import Organization


class Timers(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of one's own side: hours within a step are no partner's business."""
        if actor.sees_all:
            return self
        worked = Organization.objects.worked_for(actor).values("pk")
        seen = Instance.objects.visible_to(actor).values("pk")
        return self.filter(run__party_org__in=worked, run__instance__in=seen)

    def due(self) -> Self:
        """Those whose hour has come. While a step or its request stands still they wait."""
        return self.filter(fired_at=None, at__lte=timezone.now()).exclude(
            Q(run__state=Run.State.SUSPENDED) | Q(run__instance__state__in=("SUSPENDED", "RETURNED"))
        )


class Timer(Base):
    """``n`` tells several of a kind apart. Once its hour has come, ``outcome`` says what became of it."""

    class Kind(models.TextChoices):
        REMIND = "remind", _("Remind")
        ESCALATE = "escalate", _("Escalate")
        AUTO_PASS = "auto_pass", _("Approve automatically")
        AUTO_REJECT = "auto_reject", _("Reject automatically")
        RETURN = "return", _("Return")
        SUSPEND = "suspend", _("Suspend")
        WAKE = "wake", _("Go on")

    class Outcome(models.TextChoices):
        FIRED = "fired", _("Done")
        COALESCED = "coalesced", _("Done together with a later one")
        CANCELLED = "cancelled", _("No longer needed")

    run = models.ForeignKey("approvals.Run", CASCADE, related_name="timers")
    kind = models.CharField(max_length=16, choices=Kind)
    n = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)

    objects = Timers.as_manager()

    class Meta:
        verbose_name = _("Timer")
        constraints = [models.UniqueConstraint(fields=["run", "kind", "n"], name="timer_once")]
        indexes = [models.Index(fields=["at"], condition=Q(fired_at=None), name="timer_due")]

    def end(self, outcome: str) -> None:
        self.fired_at, self.outcome = timezone.now(), outcome
