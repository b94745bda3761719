"""How often a step has called an outside system, and when it calls again. The platform's alone: an address is no partner's business."""

from datetime import timedelta

from django.db import models
from django.db.models import CASCADE
from django.utils import timezone

from kernel.nouns import Base

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
