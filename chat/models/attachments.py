"""What is sent along with words: files, pictures, a spoken message."""

from typing import Any, Self

from django.db import models
from django.db.models import CASCADE, PROTECT, SET_NULL, Q
from django.utils.translation import gettext_lazy as _

from chat.models.channels import in_reach
from chat.models.history import within_history
from kernel.actor import Actor
from kernel.nouns import Base, Nouns


class Attachments(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of the channels they read; one that no message carries yet is for whoever brought it."""
        if actor.sees_all:
            return self
        sent = Q(message__isnull=False) | Q(uploader_id=actor.user_id)
        mine = self.filter(sent, in_reach(actor))
        return within_history(mine, actor, "message__")

    def unsent(self) -> Self:
        return self.filter(message=None)

    def loose(self) -> Self:
        """Those that nothing carries, now or later."""
        return self.unsent().filter(scheduled=None)


class Attachment(Base):
    """A file in a channel. Its bytes lie in the storage under a key that nobody can guess, and are given out by our doors
    alone; ``preview`` is what we have drawn of a picture."""

    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="+")
    message = models.ForeignKey("chat.Message", CASCADE, null=True, related_name="attachments")
    # What is written to be sent later keeps it; it is its writer's alone until then.
    scheduled = models.ForeignKey("chat.Scheduled", SET_NULL, null=True, related_name="files")
    uploader = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    name = models.CharField(_("Name"), max_length=200)
    size = models.BigIntegerField()  # bytes
    content_type = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)  # SHA-256 of the bytes
    stored = models.CharField(max_length=200)
    preview = models.CharField(max_length=200, blank=True)
    width = models.PositiveIntegerField(null=True)  # pixels, of the preview
    height = models.PositiveIntegerField(null=True)
    # What the channel was marked when it was brought: until it is sent, that can change.
    label = models.CharField(max_length=16, blank=True, default="", db_default="")
    seconds = models.PositiveIntegerField(null=True)  # of what was spoken into the composer

    objects = Attachments.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("Attachment")
        indexes = [
            models.Index(fields=["message"], name="attachment_message"),
            models.Index(fields=["created_at"], condition=Q(message__isnull=True), name="attachment_unsent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def files(self) -> list[str]:
        """Return the names under which the storage holds it."""
        return [one for one in (self.stored, self.preview) if one]

    def told(self) -> dict[str, Any]:
        """Return what a message says of it, to everybody alike."""
        return {
            "id": str(self.pk),
            "name": self.name,
            "size": self.size,
            "content_type": self.content_type,
            "width": self.width,
            "height": self.height,
            "seconds": self.seconds,
        }
