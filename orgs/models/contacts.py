"""External contacts: outsiders whom a member vouches for, for a time."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CASCADE, PROTECT
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.errors import ContactClosed
from orgs.models.organizations import Organization


class Contacts(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return (
            self if actor.sees_all else self.filter(organization__in=Organization.objects.worked_for(actor))
        )

    def overdue(self) -> Self:
        open_states = (Contact.State.AWAITING_APPROVAL, Contact.State.INVITED, Contact.State.ACTIVE)
        return self.filter(state__in=open_states, expires_at__lte=timezone.now())


class Contact(Base):
    """A person of another company, known to one organization through a sponsor, until a date."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        AWAITING_APPROVAL = "awaiting_approval", _("Awaiting approval")
        INVITED = "invited", _("Invited")
        ACTIVE = "active", _("Active")
        EXPIRED = "expired", _("Expired")
        BLOCKED = "blocked", _("Blocked")

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="contacts")
    name = models.CharField(_("Name"), max_length=120)
    email = models.EmailField(_("E-mail"))
    company = models.CharField(_("Company"), max_length=120)
    country = models.CharField(
        _("Country or region"), max_length=2, blank=True, default=""
    )  # where they work
    title = models.CharField(_("Title"), max_length=120, blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    sponsor = models.ForeignKey("accounts.User", PROTECT, related_name="sponsored_contacts")
    proposer = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="contact_records")
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    expires_at = models.DateTimeField(_("Access ends"))
    decider = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    comment = models.CharField(max_length=500, blank=True)  # the decider's, for the sponsor

    objects = Contacts.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), "organization", name="contact_address"),
            models.CheckConstraint(
                condition=~models.Q(state="active") | models.Q(user__isnull=False),
                name="contact_active_has_user",
            ),
        ]

    MOVES = {
        State.DRAFT: {State.AWAITING_APPROVAL, State.BLOCKED},
        State.AWAITING_APPROVAL: {State.DRAFT, State.INVITED, State.BLOCKED, State.EXPIRED},
        State.INVITED: {State.ACTIVE, State.EXPIRED, State.BLOCKED, State.INVITED, State.DRAFT},
        State.ACTIVE: {State.EXPIRED, State.BLOCKED},
        State.EXPIRED: {State.INVITED, State.AWAITING_APPROVAL, State.BLOCKED},
        State.BLOCKED: {State.DRAFT, State.ACTIVE},
    }

    def __str__(self) -> str:
        return self.name

    @property
    def is_editable(self) -> bool:
        return self.state in (self.State.DRAFT, self.State.AWAITING_APPROVAL)

    @property
    def is_admitted(self) -> bool:
        """Tell whether the person has come in and their time is not over."""
        return self.user_id is not None and self.expires_at > timezone.now()

    def move_to(self, state: str) -> None:
        """Change state, if the contact's life allows it; the caller saves."""
        if state not in self.MOVES[Contact.State(self.state)]:
            raise ContactClosed
        self.state = state
