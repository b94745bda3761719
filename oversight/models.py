"""Operators among themselves: who becomes one, and who may read what one noun holds, since another agreed."""

from datetime import timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import PROTECT, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.tokens import digest_of
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from oversight.errors import InspectionClosed

MOST_MINUTES = 240
OFFERS_KEPT_FOR = timedelta(days=30)  # after they have ended
ASKED_FOR = timedelta(hours=24)  # then an answer comes too late
REASON_LENGTH = 300


class Inspections(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.none()

    def overdue(self) -> Self:
        """Those whose time is over, and those that nobody has answered."""
        now, state = timezone.now(), Inspection.State
        return self.filter(
            Q(state=state.OPEN, ends_at__lte=now) | Q(state=state.ASKED, created_at__lte=now - ASKED_FOR)
        )


class Inspection(Base):
    class Kind(models.TextChoices):
        WORKSPACE = "workspace", _("Workspace")
        CHANNEL = "channel", _("Channel")
        APPROVAL = "approval", _("Approval")

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for a second operator")
        OPEN = "open", _("Open")
        REFUSED = "refused", _("Refused")
        ENDED = "ended", _("Ended")

    kind = models.CharField(_("Kind"), max_length=16, choices=Kind)
    noun_id = models.UUIDField(_("Id"))
    noun_name = models.CharField(_("Object"), max_length=200)  # as it was on the day
    workspace_id = models.UUIDField(null=True)  # whose shared record it enters
    org_ids = ArrayField(models.UUIDField(), default=list)  # whom it concerns
    reason = models.CharField(_("Reason"), max_length=REASON_LENGTH)
    minutes = models.PositiveSmallIntegerField(_("Minutes"))
    operator = models.ForeignKey("accounts.User", PROTECT, related_name="+", verbose_name=_("Who"))
    approver = models.ForeignKey(
        "accounts.User", PROTECT, null=True, related_name="+", verbose_name=_("Second operator")
    )
    state = models.CharField(_("State"), max_length=8, choices=State, default=State.ASKED)
    ends_at = models.DateTimeField(_("Until"), null=True)

    objects = Inspections.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("inspection")
        verbose_name_plural = _("Inspections")
        constraints = [
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=models.F("operator")),
                name="inspection_two_operators",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=MOST_MINUTES), name="inspection_some_hours"
            ),
        ]

    def __str__(self) -> str:
        return self.noun_name

    @property
    def is_asked(self) -> bool:
        return self.state == self.State.ASKED and timezone.now() < self.created_at + ASKED_FOR

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN and self.ends_at is not None and timezone.now() < self.ends_at

    def open_for(self, approver: object) -> None:
        """Raises:
        InspectionClosed: it was answered, or asked too long ago.
        """
        if not self.is_asked:
            raise InspectionClosed
        self.state, self.approver = self.State.OPEN, approver
        self.ends_at = timezone.now() + timedelta(minutes=self.minutes)


class Offers(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.none()

    def open(self) -> Self:
        return self.filter(state=OperatorInvitation.State.OPEN, expires_at__gt=timezone.now())

    def outdated(self) -> Self:
        """Those that ended long ago: used, taken back or not, none outlasts its time."""
        return self.filter(expires_at__lte=timezone.now() - OFFERS_KEPT_FOR)

    def by_token(self, token: str) -> Self:
        return self.filter(digest=digest_of(token))


class OperatorInvitation(Base):
    """A letter that makes one more operator, once. The one who is asked chooses name and password."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        REVOKED = "revoked", _("Revoked")

    email = models.EmailField(_("E-mail"))
    digest = models.CharField(max_length=64, unique=True)
    inviter = models.ForeignKey("accounts.User", PROTECT, related_name="+", verbose_name=_("Inviter"))
    state = models.CharField(_("State"), max_length=16, choices=State, default=State.OPEN)
    expires_at = models.DateTimeField(_("Until"))

    objects = Offers.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("operator's invitation")
        verbose_name_plural = _("Operators' invitations")

    # The secret itself, while the operation that drew it is still with its caller.
    token: str = ""

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN and timezone.now() < self.expires_at
