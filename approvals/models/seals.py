"""The keys that organizations' decisions are sealed with: their public halves."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import PROTECT
from django.utils.translation import gettext_lazy as _

from audit.models.chains import OperatorsOnly
from kernel.nouns import Base

ENDORSES = "collab.approval.key/1"  # what the platform's key says of one of these


class SealKeys(OperatorsOnly):
    def of(self, org_ids: set[UUID]) -> Self:
        return self.filter(org_id__in=org_ids).select_related("endorser").order_by("created_at")


class SealKey(Base):
    """One organization's key, kept by the platform for it. The other half lies in the data folder, never here.

    An organization may have several: a machine that does not find the file of one begins another.
    """

    org_id = models.UUIDField(db_index=True)
    public = models.BinaryField(max_length=32, unique=True)
    endorser = models.ForeignKey("audit.SigningKey", PROTECT, null=True, related_name="+")
    endorsement = models.BinaryField(max_length=64, null=True)  # this key, signed with the platform's
    retired_at = models.DateTimeField(null=True)  # since then another seals; what it has sealed holds

    objects = SealKeys.as_manager()

    class Meta:
        verbose_name = _("Key of decisions")
        verbose_name_plural = _("Keys of decisions")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Return how seals name it: the beginning of its public half."""
        return bytes(self.public).hex()[:16]

    @property
    def public_hex(self) -> str:
        return bytes(self.public).hex()

    @property
    def words(self) -> bytes:
        """Return what the platform signs of it."""
        return f"{ENDORSES}\n{self.org_id}\n{bytes(self.public).hex()}\n".encode()
