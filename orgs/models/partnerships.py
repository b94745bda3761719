"""Partnerships between two organizations, and the agreements that say what they may share."""

import hashlib
from datetime import date
from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CASCADE, PROTECT, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from kernel.prepared import Prepared
from orgs.errors import AgreementClosed, PartnershipClosed
from orgs.models.organizations import Organization


class Partnerships(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        if actor.sees_all:
            return self
        mine = Organization.objects.worked_for(actor).values("pk")
        return self.filter(Q(host__in=mine) | Q(partner__in=mine))

    def of(self, organization: Organization) -> Self:
        return self.filter(Q(host=organization) | Q(partner=organization))

    def between(self, one_id: UUID, other_id: UUID) -> Self:
        return self.filter(Q(host=one_id, partner=other_id) | Q(host=other_id, partner=one_id))

    def active(self) -> Self:
        return self.filter(state=Partnership.State.ACTIVE)

    def standing(self) -> Self:
        return self.exclude(state__in=(Partnership.State.ENDED, Partnership.State.DECLINED))


class Partnership(Base):
    """Two organizations that agreed to work together; ``host`` is the one that proposed."""

    class Kind(models.TextChoices):
        SUPPLIER = "supplier", _("Supplier")
        CUSTOMER = "customer", _("Customer")
        DISTRIBUTOR = "distributor", _("Distributor")
        ALLIANCE = "alliance", _("Alliance")
        AFFILIATE = "affiliate", _("Affiliate")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ACTIVE = "active", pgettext_lazy("partnership", "Active")
        SUSPENDED = "suspended", _("Suspended")
        ENDED = "ended", _("Ended")
        DECLINED = "declined", _("Declined")

    host = models.ForeignKey("orgs.Organization", CASCADE, related_name="as_host")
    partner = models.ForeignKey("orgs.Organization", CASCADE, null=True, related_name="as_partner")
    partner_email = models.EmailField(blank=True)
    kind = models.CharField(_("Kind"), max_length=16, choices=Kind)
    state = models.CharField(max_length=16, choices=State, default=State.PROPOSED)
    proposer = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    suspended_by = models.ForeignKey("orgs.Organization", PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField(null=True)
    # People of either side who answer for it; approvals turn to them first.
    coordinators = ArrayField(models.UUIDField(), default=list, blank=True)

    objects = Partnerships.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(host=models.F("partner")), name="partnership_of_two"),
            models.CheckConstraint(
                condition=Q(partner__isnull=False) | ~Q(state="active"), name="partnership_active_has_partner"
            ),
        ]

    MOVES = {
        State.PROPOSED: {State.ACTIVE, State.DECLINED, State.ENDED},
        State.ACTIVE: {State.SUSPENDED, State.ENDED},
        State.SUSPENDED: {State.ACTIVE, State.ENDED},
        State.ENDED: set(),
        State.DECLINED: set(),
    }

    def move_to(self, state: str) -> None:
        """Change state, if the partnership's life allows it; the caller saves."""
        if state not in self.MOVES[Partnership.State(self.state)]:
            raise PartnershipClosed
        self.state = state

    def __str__(self) -> str:
        return f"{self.host} · {self.partner or self.partner_email}"

    @property
    def sides(self) -> tuple[UUID, ...]:
        return tuple(pk for pk in (self.host_id, self.partner_id) if pk)

    def other(self, organization_id: UUID | None) -> Organization | None:
        """Return the counterpart of ``organization_id``; None while it has not registered."""
        return self.partner if organization_id == self.host_id else self.host

    def kind_for(self, organization_id: UUID | None) -> str:
        """Return what the counterpart is to ``organization_id``: my supplier's customer is me."""
        mirrored = {self.Kind.SUPPLIER: self.Kind.CUSTOMER, self.Kind.CUSTOMER: self.Kind.SUPPLIER}
        kind = self.Kind(self.kind)
        return kind if organization_id == self.host_id else mirrored.get(kind, kind)


ACTIVE_BETWEEN = Prepared(
    lambda one, other: Partnership.objects.between(one, other).active().order_by("pk")[:1],
    one=UUID,
    other=UUID,
)


def work_together(one_id: UUID, other_id: UUID) -> bool:
    """Tell whether the two organizations have an active partnership at this moment."""
    return ACTIVE_BETWEEN.first(one=one_id, other=other_id) is not None


def kind_between(one_id: UUID, other_id: UUID) -> str | None:
    """Return the kind of their active partnership, None where they have none at this moment."""
    found = ACTIVE_BETWEEN.first(one=one_id, other=other_id)
    return found.kind if found else None


class Agreement(Base):
    """What two partners signed: which classes of information, for what, until when."""

    class Kind(models.TextChoices):
        NDA = "nda", _("Non-disclosure agreement")
        DATA_SHARING = "data_sharing", _("Data-sharing agreement")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        AWAITING_SIGNATURES = "awaiting_signatures", _("Awaiting signatures")
        IN_FORCE = "in_force", _("In force")
        EXPIRED = "expired", _("Expired")
        TERMINATED = "terminated", _("Terminated")

    partnership = models.ForeignKey("orgs.Partnership", CASCADE, related_name="agreements")
    drafter = models.ForeignKey("orgs.Organization", PROTECT, related_name="+")
    kind = models.CharField(_("Kind"), max_length=16, choices=Kind)
    title = models.CharField(pgettext_lazy("agreement", "Title"), max_length=200)
    body = models.TextField(_("Text"), max_length=100_000)
    classes = ArrayField(models.CharField(max_length=16), default=list)
    purpose = models.CharField(_("Purpose"), max_length=500)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Until"))
    residency = models.CharField(_("Where data stays"), max_length=120, blank=True)
    # Organizations of these countries alone are cleared by it; none named: of all. ISO 3166-1.
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    # Whether each side may hold, for a case, what people of the other say in rooms that both share.
    legal_holds = models.BooleanField(_("Each may hold words of the other's people"), default=False)
    state = models.CharField(max_length=24, choices=State, default=State.AWAITING_SIGNATURES)

    class Agreements(Nouns):
        def visible_to(self, actor: Actor) -> Self:
            """Both sides'; a draft is known to the side that drafts it."""
            if actor.sees_all:
                return self
            mine = Organization.objects.worked_for(actor).values("pk")
            shared = self.filter(partnership__in=Partnership.objects.visible_to(actor))
            return shared.filter(~Q(state=Agreement.State.DRAFT) | Q(drafter__in=mine))

        def in_force(self, today: date | None = None) -> Self:
            day = today or timezone.now().date()
            return self.filter(state=Agreement.State.IN_FORCE, starts_on__lte=day, ends_on__gte=day)

        def overdue(self) -> Self:
            open_states = (Agreement.State.IN_FORCE, Agreement.State.AWAITING_SIGNATURES)
            return self.filter(state__in=open_states, ends_on__lt=timezone.now().date())

        def due(self) -> Self:
            """Those that all have signed and whose first day has come."""
            waiting = self.filter(state=Agreement.State.AWAITING_SIGNATURES)
            begun = waiting.filter(starts_on__lte=timezone.now().date(), ends_on__gte=timezone.now().date())
            return begun.annotate(signed=models.Count("signatures")).filter(signed__gte=2)

    objects = Agreements.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="agreement_ends_after_start"
            )
        ]

    @property
    def text_hash(self) -> str:
        """Return the SHA-256 of what is signed, as hex."""
        said = [self.title, self.body, ",".join(sorted(self.classes)), self.purpose]
        said += [str(self.starts_on), str(self.ends_on)]
        if self.countries:
            said.append(",".join(sorted(self.countries)))
        if self.legal_holds:
            said.append("legal holds")
        return hashlib.sha256("\n".join(said).encode()).hexdigest()

    def __str__(self) -> str:
        return self.title

    @property
    def is_in_force(self) -> bool:
        today = timezone.now().date()
        return self.state == self.State.IN_FORCE and self.starts_on <= today <= self.ends_on

    @property
    def may_begin(self) -> bool:
        """Tell whether both sides have signed and today is within the dates."""
        signed = set(self.signatures.values_list("organization_id", flat=True))
        return (
            set(self.partnership.sides) <= signed and self.starts_on <= timezone.now().date() <= self.ends_on
        )

    def check_signable(self) -> None:
        if self.state != self.State.AWAITING_SIGNATURES or self.ends_on < timezone.now().date():
            raise AgreementClosed


class Signature(Base):
    agreement = models.ForeignKey("orgs.Agreement", CASCADE, related_name="signatures")
    organization = models.ForeignKey("orgs.Organization", PROTECT, related_name="+")
    signer = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    full_name = models.CharField(max_length=120)
    text_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organization"], name="signature_once_a_side")
        ]
