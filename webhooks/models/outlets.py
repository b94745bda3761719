"""What webhooks and streams share: each leads out of an organization, rests, fails, and is given up in the end."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from urllib.parse import urlsplit

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.signing import Signing
from kernel.actor import Actor
from kernel.errors import NotNow
from kernel.nouns import Base, Nouns
from orgs.models import Membership

PURPOSE = "webhooks.secrets"
GIVEN_UP_AFTER = timedelta(days=5)  # of failures and nothing else


class Outlets(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of organizations one steers. Row-level security draws the same line."""
        if actor.sees_all:
            return self
        steered = Membership.objects.of(actor).filter(role__in=("owner", "admin"))
        return self.filter(organization__in=steered.values("organization_id"))


class Outlet(Signing, Base):
    class State(models.TextChoices):
        ACTIVE = "active", _("Running")
        PAUSED = "paused", _("Paused")
        DISABLED = "disabled", _("Turned off")  # by the platform

    class Reason(models.TextChoices):
        FAILING = "failing", _("It failed for five days.")
        GONE = "gone", _("The host said that the address is gone (410).")

    purpose = PURPOSE
    rests: ClassVar[type[NotNow]]  # what is raised where it must run, and does not
    runs: ClassVar[type[NotNow]]  # and where it must rest
    gone: ClassVar[type[NotNow]]  # and where it was deleted meanwhile
    rule: ClassVar[str]  # who may do anything with it

    name = models.CharField(_("Name"), max_length=80)
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.ACTIVE)
    reason = models.CharField(max_length=8, choices=Reason, blank=True)
    failing_since = models.DateTimeField(null=True)  # the first failure after the last success
    failures = models.PositiveIntegerField(default=0)  # in a row

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def host(self) -> str:
        """Return what of the address may be shown anywhere; the rest of it may be a secret."""
        return urlsplit(self.url).hostname or ""

    def check_active(self) -> None:
        if not self.is_active:
            raise self.rests

    def pause(self) -> None:
        self.check_active()
        self.state = self.State.PAUSED

    def resume(self) -> None:
        """Begin anew, whatever failed before."""
        if self.is_active:
            raise self.runs
        self.state, self.reason = self.State.ACTIVE, ""
        self.forget_failures()

    def forget_failures(self) -> None:
        self.failing_since, self.failures = None, 0

    def count_failure(self, *, is_gone: bool) -> datetime:
        """Count one, turn it off where that was once too often, and return the present moment."""
        now = timezone.now()
        self.failing_since = self.failing_since or now
        self.failures += 1
        if self.is_active and (is_gone or now - self.failing_since >= GIVEN_UP_AFTER):
            self.state = self.State.DISABLED
            self.reason = self.Reason.GONE if is_gone else self.Reason.FAILING
        return now
