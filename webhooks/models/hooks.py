"""Where an organization wants to be told, of what, and what became of each telling."""

from datetime import timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CASCADE, PROTECT, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.secrets import decrypted, encrypted
from kernel.actor import Actor
from kernel.errors import Sentence
from kernel.nouns import Base, Nouns
from kernel.outgoing import LONGEST_URL, SENTENCES
from orgs.models import Organization
from webhooks.errors import WebhookGone, WebhookRests, WebhookRuns
from webhooks.models.outlets import PURPOSE, Outlet, Outlets

REST = timedelta(seconds=60)  # between two tries at a host that keeps failing
REFUSED = "refused"  # by a robot, whose answer is 200 all the same
PATIENCE = 5  # failures in a row before a host gets its rest
PAUSES = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=one) for one in (2, 5, 10, 14, 20, 24, 24, 24)),
]  # after the first try, which is at once; all of them together are a little more than five days


class Webhooks(Outlets):
    def hearing(self, event: str) -> Self:
        """Those that are to be told of it. Operators who close an organization silence it."""
        return self.filter(
            state=Webhook.State.ACTIVE,
            events__contains=[event],
            organization__state=Organization.State.ACTIVE,
        )


class Webhook(Outlet):
    """An address of an organization, told of some events in one workspace or in all that it takes part in."""

    rests, runs, gone = WebhookRests, WebhookRuns, WebhookGone
    rule = "webhooks.manage"

    class Format(models.TextChoices):
        STANDARD = "standard", _("A system of ours (Standard Webhooks)")
        DINGTALK = "dingtalk", _("A group in DingTalk")
        WECOM = "wecom", _("A group in WeCom")
        FEISHU = "feishu", _("A group in Feishu or Lark")
        SLACK = "slack", _("A channel in Slack")

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="webhooks")
    workspace = models.ForeignKey("workspaces.Workspace", CASCADE, null=True, related_name="+")
    url = models.CharField(_("Address"), max_length=LONGEST_URL)
    format = models.CharField(_("Who is told"), max_length=8, choices=Format, default=Format.STANDARD)
    language = models.CharField(max_length=16, blank=True, default="")  # in which a group reads
    events = ArrayField(models.CharField(max_length=40))
    rests_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")

    objects = Webhooks.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["id", "organization"], name="webhook_place")]

    @property
    def is_robot(self) -> bool:
        return self.format != self.Format.STANDARD

    @property
    def has_own_secret(self) -> bool:
        return not self.is_robot

    @property
    def shown_url(self) -> str:
        """Return the address as pages show it; that of a group's robot is a key to the group."""
        return f"https://{self.host}/…" if self.is_robot else self.url

    def keep_secret(self, said: str) -> None:
        """Take the secret that a messenger has given its robot. The caller saves."""
        self.sealed_secret = encrypted(said, PURPOSE) if said else ""

    def robots_secret(self) -> str:
        return decrypted(self.sealed_secret, PURPOSE) if self.sealed_secret else ""

    def forget_failures(self) -> None:
        super().forget_failures()
        self.rests_until = None

    def note_failure(self, *, is_gone: bool) -> None:
        """Count a failure; a host that keeps failing is given rest, and is left alone in the end."""
        now = self.count_failure(is_gone=is_gone)
        if self.failures >= PATIENCE:
            self.rests_until = now + REST


class Deliveries(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(webhook__in=Webhook.objects.visible_to(actor))

    def due(self) -> Self:
        """Those that wait for nothing but to be carried; what is owed to a paused webhook waits with it."""
        return self.filter(
            state=Delivery.State.WAITING,
            due_at__lte=timezone.now(),
            webhook__state=Webhook.State.ACTIVE,
            organization__state=Organization.State.ACTIVE,
        )


class Delivery(Base):
    """One telling of one event. It keeps what it is about, never what it says: that is drawn when it leaves.

    Told again by hand, it is a new row with the same ``event_id``, by which receivers know it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")
        WITHHELD = "withheld", _("Withheld")  # the organization may not see it any more

    webhook = models.ForeignKey("webhooks.Webhook", CASCADE, related_name="deliveries")
    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")
    event = models.CharField(_("Event"), max_length=40)
    event_id = models.UUIDField()
    about_id = models.UUIDField(null=True)  # null: a test, which is about nothing
    happened_at = models.DateTimeField()
    is_again = models.BooleanField(default=False)  # somebody asked for it once more
    state = models.CharField(_("State"), max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)  # of HTTP, of the last try
    duration_ms = models.PositiveIntegerField(null=True)
    answer = models.TextField(blank=True)  # its first 2 KiB
    error = models.CharField(
        max_length=20, blank=True
    )  # a code of kernel.outgoing, where there was no answer

    objects = Deliveries.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = _("Deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "event_id"], condition=Q(is_again=False), name="webhook_told_once"
            )
        ]
        indexes = [
            models.Index(fields=["webhook", "-id"], name="webhook_newest"),
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="webhook_due"),
        ]

    def __str__(self) -> str:
        return self.event

    @property
    def message_id(self) -> str:
        """Return what stands in ``webhook-id``: the same at every try."""
        return f"msg_{self.event_id.hex}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def silence(self) -> Sentence:
        """Return why there was no answer, or no good one, for people."""
        if self.error == REFUSED:
            return _("The robot refused it. Its answer says why.")
        return SENTENCES.get(self.error, self.error)

    def pause(self) -> timedelta | None:
        """Return how long to wait before the next try; None if that was the last."""
        return PAUSES[self.attempts - 1] if self.attempts <= len(PAUSES) else None
