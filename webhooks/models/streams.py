"""Where an organization's record flows as it grows: to a log server or a SIEM of its own."""

from datetime import timedelta
from typing import Self
from urllib.parse import urlsplit

from django.db import models
from django.db.models import CASCADE, PROTECT, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.secrets import decrypted, encrypted
from audit.models import Chain
from kernel.actor import Actor
from kernel.errors import Sentence
from kernel.nouns import Base, Nouns
from kernel.outgoing import LONGEST_URL, SENTENCES
from orgs.models import Membership, Organization
from webhooks.errors import StreamRests, StreamRuns
from webhooks.models.hooks import GIVEN_UP_AFTER, PURPOSE
from webhooks.signing import new_secret

LEASE = timedelta(seconds=60)  # well above what one try takes
LONGEST_PAUSE = timedelta(hours=1)


class Streams(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of organizations one steers. Row-level security draws the same line."""
        if actor.sees_all:
            return self
        steered = Membership.objects.of(actor).filter(role__in=("owner", "admin"))
        return self.filter(organization__in=steered.values("organization_id"))

    def with_end(self) -> Self:
        """Say of each, as ``end``, how far the record has grown."""
        chain = Chain.objects.filter(kind="org", noun_id=OuterRef("organization_id"))
        return self.annotate(end=Subquery(chain.values("last_seq")[:1]))

    def due(self) -> Self:
        """Those that have something to say and need not wait; who closes an organization silences it."""
        ready = self.filter(
            state=Stream.State.ACTIVE,
            due_at__lte=timezone.now(),
            organization__state=Organization.State.ACTIVE,
        )
        return ready.with_end().filter(end__gt=F("last_seq"))


class Stream(Base):
    """The record of an organization on its way to another system: entry after entry, each at least once."""

    class Kind(models.TextChoices):
        SYSLOG = "syslog", _("Syslog over TLS (RFC 5424)")
        HTTPS = "https", _("HTTPS, signed batches of JSON lines")

    class State(models.TextChoices):
        ACTIVE = "active", _("Running")
        PAUSED = "paused", _("Paused")
        DISABLED = "disabled", _("Turned off")  # by the platform

    class Reason(models.TextChoices):
        FAILING = "failing", _("It failed for five days.")
        GONE = "gone", _("The host said that the address is gone (410).")

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="streams")
    name = models.CharField(_("Name"), max_length=80)
    kind = models.CharField(_("Kind"), max_length=8, choices=Kind)
    address = models.CharField(_("Address"), max_length=LONGEST_URL)  # host:port, or an address with https://
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.ACTIVE)
    reason = models.CharField(max_length=8, choices=Reason, blank=True)
    sealed_secret = models.TextField(blank=True)  # what signs batches; syslog has none
    last_seq = models.BigIntegerField(default=0)  # the last entry that has arrived
    arrived_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=timezone.now)  # not tried again before
    failing_since = models.DateTimeField(null=True)  # the first failure after the last success
    failures = models.PositiveIntegerField(default=0)  # in a row
    error = models.CharField(
        max_length=20, blank=True
    )  # of the last try: a code of kernel.outgoing, or HTTP's
    tested_at = models.DateTimeField(null=True)
    test_error = models.CharField(max_length=20, blank=True)
    created_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")

    # The secret itself, in the one answer that shows it.
    secret: str = ""
    end: int | None = None

    objects = Streams.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="active"), name="stream_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def is_syslog(self) -> bool:
        return self.kind == self.Kind.SYSLOG

    @property
    def url(self) -> str:
        """Return the address as ``kernel.outgoing`` checks it."""
        return f"https://{self.address}/" if self.is_syslog else self.address

    @property
    def host(self) -> str:
        """Return what of the address may be shown anywhere; the rest of it may be a secret."""
        return urlsplit(self.url).hostname or ""

    @property
    def lag(self) -> int:
        """Return how many entries have not arrived; ask ``with_end`` first."""
        return max((self.end or 0) - self.last_seq, 0)

    @property
    def silence(self) -> Sentence:
        return _said(self.error)

    @property
    def test_silence(self) -> Sentence:
        return _said(self.test_error)

    def draw_secret(self) -> None:
        self.secret = new_secret()
        self.sealed_secret = encrypted(self.secret, PURPOSE)

    def secrets(self) -> list[str]:
        return [decrypted(self.sealed_secret, PURPOSE)]

    def check_active(self) -> None:
        if not self.is_active:
            raise StreamRests

    def pause(self) -> None:
        self.check_active()
        self.state = self.State.PAUSED

    def resume(self) -> None:
        """Go on behind the last entry that has arrived."""
        if self.is_active:
            raise StreamRuns
        self.state, self.reason, self.error = self.State.ACTIVE, "", ""
        self.failing_since, self.failures, self.due_at = None, 0, timezone.now()

    def note_arrival(self, last_seq: int) -> None:
        self.last_seq, self.arrived_at, self.due_at = last_seq, timezone.now(), timezone.now()
        self.failing_since, self.failures, self.error = None, 0, ""

    def note_failure(self, error: str, *, is_gone: bool) -> None:
        """Wait longer after each failure: 5 s, 10 s, 20 s ... an hour; after five days of them be left alone."""
        now = timezone.now()
        self.failing_since = self.failing_since or now
        self.failures, self.error = self.failures + 1, error
        self.due_at = now + min(timedelta(seconds=5 * 2 ** min(self.failures - 1, 12)), LONGEST_PAUSE)
        if self.is_active and (is_gone or now - self.failing_since >= GIVEN_UP_AFTER):
            self.state = self.State.DISABLED
            self.reason = self.Reason.GONE if is_gone else self.Reason.FAILING


def _said(error: str) -> Sentence:
    """Return a code in words: one of no answer, or what HTTP answered."""
    return SENTENCES.get(error, error.replace("http_", "HTTP "))
