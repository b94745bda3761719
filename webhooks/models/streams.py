"""Where an organization's record flows as it grows: to a log server or a SIEM of its own."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import CASCADE, PROTECT, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import Chain
from kernel.errors import Sentence
from kernel.outgoing import LONGEST_URL, SENTENCES
from orgs.models import Organization
from webhooks.errors import StreamGone, StreamRests, StreamRuns
from webhooks.models.outlets import Outlet, Outlets

LEASE = timedelta(seconds=60)  # well above what one try takes
LONGEST_PAUSE = timedelta(hours=1)


class Streams(Outlets):
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


class Stream(Outlet):
    """The record of an organization on its way to another system: entry after entry, each at least once."""

    class Kind(models.TextChoices):
        SYSLOG = "syslog", _("Syslog over TLS (RFC 5424)")
        HTTPS = "https", _("HTTPS, signed batches of JSON lines")

    rests, runs, gone = StreamRests, StreamRuns, StreamGone
    rule = "webhooks.manage_stream"

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="streams")
    kind = models.CharField(_("Kind"), max_length=8, choices=Kind)
    address = models.CharField(_("Address"), max_length=LONGEST_URL)  # host:port, or an address with https://
    last_seq = models.BigIntegerField(default=0)  # the last entry that has arrived
    arrived_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=timezone.now)  # not tried again before
    error = models.CharField(
        max_length=20, blank=True
    )  # of the last try: a code of kernel.outgoing, or HTTP's
    tested_at = models.DateTimeField(null=True)
    test_error = models.CharField(max_length=20, blank=True)
    created_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")

    end: int | None = None

    objects = Streams.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="active"), name="stream_due")]

    @property
    def is_syslog(self) -> bool:
        return self.kind == self.Kind.SYSLOG

    @property
    def has_own_secret(self) -> bool:
        return not self.is_syslog

    @property
    def url(self) -> str:
        """Return the address as ``kernel.outgoing`` checks it."""
        return f"https://{self.address}/" if self.is_syslog else self.address

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

    def move(self, address: str) -> None:
        """Lead to another address; what failed or was tried at the one before says nothing of it."""
        self.address, self.due_at = address, timezone.now()
        self.tested_at, self.test_error = None, ""
        self.forget_failures()

    def resume(self) -> None:
        """Go on behind the last entry that has arrived."""
        super().resume()
        self.due_at = timezone.now()

    def forget_failures(self) -> None:
        super().forget_failures()
        self.error = ""

    def note_arrival(self, last_seq: int) -> None:
        self.last_seq, self.arrived_at, self.due_at = last_seq, timezone.now(), timezone.now()
        self.forget_failures()

    def note_failure(self, error: str, *, is_gone: bool) -> None:
        """Wait longer after each failure: 5 s, 10 s, 20 s ... an hour; after five days of them be left alone."""
        now = self.count_failure(is_gone=is_gone)
        self.error = error
        self.due_at = now + min(timedelta(seconds=5 * 2 ** min(self.failures - 1, 12)), LONGEST_PAUSE)


def _said(error: str) -> Sentence:
    """Return a code in words: one of no answer, or what HTTP answered."""
    return SENTENCES.get(error, error.replace("http_", "HTTP "))
