"""What stays of a message beside its words of today: the words it had before."""

from typing import Self

from django.db import models
from django.db.models import CASCADE

from chat.models.channels import in_reach
from chat.models.history import within_history
from kernel.actor import Actor
from kernel.nouns import Base, Nouns


class MessageVersions(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the messages they read."""
        if actor.sees_all:
            return self
        return within_history(self.filter(in_reach(actor)), actor, "message__")


class MessageVersion(Base):
    """The words that a message had until it was edited; they go when the message is deleted."""

    message = models.ForeignKey("chat.Message", CASCADE, related_name="versions")
    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="+")
    body = models.TextField()
    html = models.TextField()
    said_at = models.DateTimeField()

    objects = MessageVersions.as_manager()

    class Meta:
        ordering = ["pk"]
