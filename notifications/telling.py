"""The log: each notice by each way, and what came of it. Its reader looks into it, and nobody else."""

from datetime import timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import CASCADE, DO_NOTHING, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.nouns import Base, Nouns

KEPT_FOR = timedelta(days=30)
WHY: dict[str, str | Promise] = {
    "again": _("It was not taken; it is tried again."),
    "chosen": _("You chose not to be told this way."),
    "device_gone": _("The browser is registered no more."),
    "device_removed": _("You removed the device."),
    "done": _("It was done before."),
    "folded": _("A newer notice of the same tells of it as well."),
    "left": _("The account was closed."),
    "mail": _("The mail server did not take it, eight times."),
    "no_right": _("You had lost the right to know of it."),
    "operator": _("An operator of the platform stopped it."),
    "push": _("The push service did not take it."),
    "quiet": _("It waits until you may be disturbed again."),
    "read": _("You had read it before."),
    "signed_out": _("You had signed out there."),
}


class Tellings(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(user_id=actor.user_id)

    def of(self, carrier_id: UUID) -> Self:
        """Those that one letter or push carries."""
        return self.filter(carrier_id=carrier_id)

    def open(self) -> Self:
        return self.filter(outcome__in=Telling.OPEN)

    def end(self, outcome: str, why: str = "") -> int:
        return self.update(outcome=outcome, why=why, until=None, ended_at=timezone.now())


class Telling(Base):
    """One notice by one way. It points at the notice and says nothing of it, so it outlives no right."""

    class Way(models.TextChoices):
        INBOX = "in_app", _("Inbox")
        MAIL = "mail", _("Mail")
        DAILY = "daily", _("Daily letter")
        PUSH = "push", _("Push")
        REMINDER = "reminder", _("Reminder")

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("On its way")
        HELD = "held", _("Held back")
        FOLDED = "folded", _("In the next daily letter")
        SENT = "sent", _("Told")
        FAILED = "failed", _("Refused")
        DROPPED = "dropped", _("Not sent")
        OFF = "off", _("Switched off")

    OPEN = (Outcome.WAITING, Outcome.HELD, Outcome.FOLDED)

    # Goes with its notice, which goes with its reader.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    notice = models.ForeignKey("notifications.Notice", CASCADE, related_name="tellings")
    way = models.CharField(_("Way"), max_length=8, choices=Way)
    outcome = models.CharField(_("Outcome"), max_length=8, choices=Outcome)
    why = models.CharField(max_length=40, blank=True, default="")  # a key of WHY
    until = models.DateTimeField(null=True)  # when what is held or folded leaves
    ended_at = models.DateTimeField(null=True)
    carrier_id = models.UUIDField(null=True)  # the letter or the push

    objects = Tellings.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], name="telling_newest"),
            models.Index(
                fields=["carrier_id"], condition=Q(carrier_id__isnull=False), name="telling_carrier"
            ),
        ]

    @property
    def tone(self) -> str:
        """Return how a state of this kind is drawn."""
        return TONES[self.outcome]

    @property
    def reason(self) -> str | Promise:
        return WHY.get(self.why, "")


TONES = {
    Telling.Outcome.WAITING: "waiting",
    Telling.Outcome.HELD: "waiting",
    Telling.Outcome.FOLDED: "info",
    Telling.Outcome.SENT: "done",
    Telling.Outcome.FAILED: "rejected",
    Telling.Outcome.DROPPED: "idle",
    Telling.Outcome.OFF: "idle",
}
