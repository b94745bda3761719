"""How often a step has called an outside system, and when it calls again, which is the platform's alone: an address is no
partner's business. And what signs the calls of an organization."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import CASCADE
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.signing import Signing
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models import Membership

LEASE = timedelta(seconds=60)  # well above what one try takes
PAUSES = [timedelta(minutes=one) for one in (1, 5, 30, 120, 300, 600, 1440)]  # between eight tries


class Call(Base):
    """What becomes of the call of one step."""

    run = models.OneToOneField("approvals.Run", CASCADE, related_name="call")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True)  # of HTTP, of the last try
    error = models.CharField(
        max_length=20, blank=True
    )  # a code of kernel.outgoing, where there was no answer

    def claim(self) -> None:
        """Begin a try; nobody else does until the lease is over. The caller saves."""
        self.attempts += 1
        self.due_at = timezone.now() + LEASE

    def fail(self, status: int | None, error: str) -> bool:
        """Note a try that was in vain; tell whether it was the last. The caller saves."""
        self.status, self.error = status, error
        if self.attempts > len(PAUSES):
            return True
        self.due_at = timezone.now() + PAUSES[self.attempts - 1]
        return False


class CallSecrets(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of organizations one steers. Row-level security draws the same line."""
        if actor.sees_all:
            return self
        return self.filter(organization__in=Membership.objects.of(actor).steering().values("organization_id"))


class CallSecret(Signing, Base):
    """What signs all calls of one organization. Until one was drawn they leave unsigned: nobody could tell."""

    purpose = "approvals.calls"

    organization = models.OneToOneField("orgs.Organization", CASCADE, related_name="+")
    drawn_at = models.DateTimeField(default=timezone.now)

    objects = CallSecrets.as_manager()

    class Meta:
        verbose_name = _("Secret of calls")
