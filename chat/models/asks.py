"""A message that its readers are to take note of, and who has said that they did."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import CASCADE, PROTECT
from django.utils import timezone

from chat.errors import NudgedJustNow
from chat.models.channels import in_reach
from chat.models.history import within_history
from kernel.actor import Actor
from kernel.nouns import Base, Nouns

BETWEEN_NUDGES = timedelta(hours=1)


class Asks(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the channels they read."""
        if actor.sees_all:
            return self
        way = "message__" if self.model is Ask else "ask__message__"
        return within_history(self.filter(in_reach(actor)), actor, way)

    def passed(self) -> Self:
        """Those whose day has passed, and nobody was told of it."""
        return self.filter(overdue_at=None, due_at__lte=timezone.now())


class Ask(Base):
    """What a message asks of people: to say that they have taken note of it, by a day or in their own time."""

    message = models.OneToOneField("chat.Message", CASCADE, related_name="ask")
    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="+")
    asked_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    organization = models.ForeignKey("orgs.Organization", PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    nudged_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)  # when it was noted that its day has passed

    objects = Asks.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(due_at__isnull=False, overdue_at__isnull=True),
                name="ask_passing",
            )
        ]

    def nudge(self) -> None:
        """Note that those who are silent are asked again; once an hour is enough."""
        now = timezone.now()
        if self.nudged_at is not None and now - self.nudged_at < BETWEEN_NUDGES:
            raise NudgedJustNow
        self.nudged_at = now


class Acknowledgements(Asks):
    def waiting(self) -> Self:
        return self.filter(given_at=None)


class Acknowledgement(Base):
    """One person who is asked, and since when they have taken note; of which organization on that day."""

    ask = models.ForeignKey("chat.Ask", CASCADE, related_name="people")
    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="+")
    user = models.ForeignKey("accounts.User", CASCADE, related_name="+")
    organization = models.ForeignKey("orgs.Organization", PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField(null=True)

    objects = Acknowledgements.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["ask", "user"], name="acknowledgement_once")]
        indexes = [
            models.Index(
                fields=["user"], condition=models.Q(given_at__isnull=True), name="acknowledgement_waiting"
            )
        ]
