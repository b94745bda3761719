"""A message that was brought from another place: where from, known to those who read there."""

from typing import Self

from django.db import models
from django.db.models import CASCADE, PROTECT

from chat.models.channels import in_reach
from chat.models.history import within_history
from kernel.actor import Actor
from kernel.nouns import Base, Nouns


class Forwards(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those whose source they read, wherever they went."""
        if actor.sees_all:
            return self
        return within_history(self.filter(in_reach(actor, "source_channel")), actor, "source__")


class Forward(Base):
    """Which message another one brought along. What it brought stands on that one; this says whose words they are."""

    message = models.OneToOneField("chat.Message", CASCADE, related_name="forward")
    source = models.ForeignKey("chat.Message", CASCADE, related_name="+")
    source_channel = models.ForeignKey("chat.Channel", CASCADE, related_name="+")
    forwarded_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")

    objects = Forwards.as_manager()
