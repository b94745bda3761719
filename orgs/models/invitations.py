"""Invitations: offers by mail, bound to an address, used once."""

import secrets
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import CASCADE, PROTECT, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.tokens import digest_of
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models.organizations import STEERING, Membership

VALID_FOR = timedelta(hours=72)


class Invitations(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """The inviter and those who steer the inviting organization; the invited one comes by token."""
        if actor.sees_all:
            return self
        steered = Membership.objects.of(actor).filter(role__in=STEERING)
        return self.filter(
            Q(inviter_id=actor.user_id) | Q(organization__in=steered.values("organization_id"))
        )

    def open(self) -> Self:
        return self.filter(state=Invitation.State.OPEN, expires_at__gt=timezone.now())

    def overdue(self) -> Self:
        return self.filter(state=Invitation.State.OPEN, expires_at__lte=timezone.now())

    def by_token(self, token: str) -> Self:
        return self.filter(digest=digest_of(token))


class Invitation(Base):
    class Kind(models.TextChoices):
        MEMBER = "member", _("Member")
        CONTACT = "contact", _("External contact")
        PARTNER = "partner", _("Partner organization")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        EXPIRED = "expired", _("Expired")
        REVOKED = "revoked", _("Revoked")

    kind = models.CharField(max_length=16, choices=Kind)
    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="invitations")
    email = models.EmailField()
    digest = models.CharField(max_length=64, unique=True)
    inviter = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    expires_at = models.DateTimeField()
    contact = models.ForeignKey("orgs.Contact", CASCADE, null=True, related_name="invitations")
    partnership = models.ForeignKey("orgs.Partnership", CASCADE, null=True, related_name="invitations")
    role = models.CharField(max_length=16, choices=Membership.Role, default=Membership.Role.MEMBER)
    title = models.CharField(max_length=120, blank=True)
    department = models.ForeignKey("orgs.Department", models.SET_NULL, null=True, related_name="+")
    manager = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")

    objects = Invitations.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"),
                "organization",
                "kind",
                condition=Q(state="open"),
                name="invitation_one_open",
            )
        ]

    # The secret itself, while the operation that drew it is still with its caller.
    token: str = ""

    def __str__(self) -> str:
        return self.email

    @classmethod
    def draw_token(cls) -> str:
        """Return a fresh secret, 256 bits; only its digest is kept."""
        return secrets.token_urlsafe(32)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN and self.expires_at > timezone.now()
