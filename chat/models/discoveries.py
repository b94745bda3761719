"""A case for which an organization looks through what its people said, and what rooms of its own hold by right."""

from django.db import models
from django.db.models import CASCADE, PROTECT
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.errors import DiscoveryClosed
from chat.models.legal_holds import ForRecordReaders
from kernel.actor import Actor
from kernel.nouns import Base


class Discovery(Base):
    """Opened with a reason, before anything is looked for; what is looked for, opened and taken along is on record."""

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")
    case = models.CharField(_("Case"), max_length=120)
    reason = models.CharField(_("Reason"), max_length=500)
    opened_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    closed_by = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = ForRecordReaders.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.case

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def check_open(self) -> None:
        if not self.is_open:
            raise DiscoveryClosed

    def close(self, by: Actor) -> None:
        self.check_open()
        self.closed_by, self.closed_at = by.user, timezone.now()
