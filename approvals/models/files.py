"""Files that forms hold: brought by one side, read by whoever reads the field that holds them."""

from typing import Any, Self

from django.db import models
from django.db.models import CASCADE, PROTECT, Q
from django.utils.translation import gettext_lazy as _

from approvals.models.instances import Instance
from kernel.actor import Actor
from kernel.nouns import Base, Nouns


class FormFiles(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of requests they know of; one that no form holds yet is for whoever brought it."""
        if actor.sees_all:
            return self
        held = Q(instance__in=Instance.objects.visible_to(actor))
        return self.filter(held | Q(instance=None, uploader_id=actor.user_id))

    def loose(self) -> Self:
        return self.filter(instance=None)


class FormFile(Base):
    """A file in a form. Its bytes lie in the storage under a key that nobody can guess and never change; which field
    holds it is for the form to say, and who reads it follows from that."""

    definition = models.ForeignKey("approvals.Definition", CASCADE, related_name="+")
    instance = models.ForeignKey("approvals.Instance", CASCADE, null=True, related_name="files")
    uploader = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    name = models.CharField(_("Name"), max_length=200)
    size = models.BigIntegerField()  # bytes
    content_type = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)  # SHA-256 of the bytes
    stored = models.CharField(max_length=200)

    objects = FormFiles.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("File of a form")
        indexes = [
            models.Index(fields=["created_at"], condition=Q(instance__isnull=True), name="form_file_loose"),
        ]

    def __str__(self) -> str:
        return self.name

    def told(self) -> dict[str, Any]:
        """Return what a form holds of it: enough for a hash of the form to stand for the bytes."""
        return {
            "id": str(self.pk),
            "name": self.name,
            "size": self.size,
            "content_type": self.content_type,
            "sha256": self.digest,
        }
