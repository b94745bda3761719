"""What an organization must not lose: whose words, where and from when, and what was kept of them after they were deleted."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CASCADE, PROTECT, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.errors import HoldReleased
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models import Membership
from orgs.policies import RECORD_READERS


class ForRecordReaders(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of organizations whose record one reads: who is held is not told."""
        if actor.sees_all:
            return self
        read = Membership.objects.of(actor).filter(role__in=RECORD_READERS)
        return self.filter(organization__in=read.values("organization_id"))


class LegalHolds(ForRecordReaders):
    def visible_to(self, actor: Actor) -> Self:
        """And those that a partner has placed on words of their people, by agreement."""
        if actor.sees_all:
            return self
        read = Membership.objects.of(actor).filter(role__in=RECORD_READERS).values("organization_id")
        return self.filter(Q(organization__in=read) | Q(partner__in=read))

    def standing(self) -> Self:
        return self.filter(released_at=None)


class LegalHold(Base):
    """Words of the organization's own people, or by agreement of a partner's, that neither retention nor their author's hand removes for good.

    No one named is everybody of the organization, no place named is wherever they write; of a partner's, in rooms that both share.
    """

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")
    case = models.CharField(_("Case"), max_length=120)
    reason = models.CharField(_("Reason"), max_length=500)
    people = ArrayField(models.UUIDField(), default=list)
    channels = ArrayField(models.UUIDField(), default=list)
    since = models.DateField(null=True)
    until = models.DateField(null=True)  # its last day
    partner = models.ForeignKey("orgs.Organization", CASCADE, null=True, related_name="+")
    agreement = models.ForeignKey("orgs.Agreement", CASCADE, null=True, related_name="+")
    placed_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    released_by = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    objects = LegalHolds.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreement__isnull=True, partner__isnull=True)
                | Q(agreement__isnull=False, partner__isnull=False),
                name="legal_hold_on_partner_by_agreement",
            )
        ]
        indexes = [
            models.Index(fields=["organization"], condition=Q(released_at=None), name="legal_hold_standing")
        ]

    def __str__(self) -> str:
        return self.case

    @property
    def stands(self) -> bool:
        return self.released_at is None

    def release(self, by: Actor) -> None:
        if not self.stands:
            raise HoldReleased
        self.released_by, self.released_at = by.user, timezone.now()


class HeldCopy(Base):
    """What a deleted message said, or had said before: kept for those alone who read the organization's record.

    The database writes it (``priv.keep_held``), since whoever deletes a message is not told that it is held.
    """

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")
    message = models.ForeignKey("chat.Message", CASCADE, related_name="held_copies")
    channel = models.ForeignKey("chat.Channel", CASCADE, related_name="+")
    author = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    body = models.TextField()
    files = (
        models.JSONField()
    )  # of each name, size, content_type, digest, and under which names the storage has it
    said_at = models.DateTimeField()

    objects = ForRecordReaders.as_manager()

    class Meta:
        ordering = ["message_id", "said_at", "pk"]


class IsHeld(Func):
    """Whether a standing hold covers a message, by its key."""

    function = "priv.is_held"
    output_field = models.BooleanField()


class IsHeldBy(Func):
    """Whether a standing hold of an organization covers a message: the keys of both."""

    function = "priv.is_held_by"
    output_field = models.BooleanField()
