"""An organization, its departments, the people in it and the positions they hold."""

import re
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CASCADE, PROTECT, SET_NULL, Q
from django.utils.translation import gettext_lazy as _

from kernel.acting import acts
from kernel.actor import Actor
from kernel.memory import remembered
from kernel.nouns import Base, Nouns
from kernel.prepared import Prepared, execute
from kernel.sights import Sight

STEERING = ("owner", "admin")
PATIENCE_HOURS = 72
RECALL_MINUTES = 2

_SHORT_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def validate_short_name(slug: str) -> None:
    """Refuse what would not stand in an address as it is."""
    if not _SHORT_NAME.fullmatch(slug):
        raise ValidationError(_("Use small letters, digits and single hyphens."), code="invalid")


class Organizations(Nouns):
    # Other floors add how else an organization becomes known: a shared workspace, say.
    known_through: ClassVar[list[Callable[[Actor], models.QuerySet]]] = []

    def visible_to(self, actor: Actor) -> Self:
        """Theirs, their partners', and those they meet in a shared place."""
        if actor.sees_all:
            return self
        mine = Membership.objects.of(actor).values("organization_id")
        open_states = ("proposed", "active", "suspended")
        partners = Q(as_partner__host__in=mine, as_partner__state__in=open_states) | Q(
            as_host__partner__in=mine, as_host__state__in=open_states
        )
        vouching = (
            Q(contacts__user_id=actor.user_id, contacts__state="active") if actor.user_id else Q(pk=None)
        )
        known = (
            Q(pk__in=mine)
            | Q(pk__in=self.model.objects.filter(partners).values("pk"))
            | Q(pk__in=self.model.objects.filter(vouching).values("pk"))
        )
        for through in self.known_through:
            known |= Q(pk__in=through(actor))
        return self.filter(known)

    def of(self, actor: Actor) -> Self:
        """Those the person belongs to, and acts for today."""
        return self.filter(pk__in=Membership.objects.of(actor).values("organization_id"))

    def worked_for(self, actor: Actor) -> Self:
        """Those in which the person takes part in the work; auditors read the record and nothing else."""
        working = Membership.objects.of(actor).exclude(role=Membership.Role.AUDITOR)
        return self.filter(pk__in=working.values("organization_id"))


class Organization(Base):
    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        SUBSIDIARY = "subsidiary", _("Subsidiary")
        BRANCH = "branch", _("Branch")
        PUBLIC = "public", _("Public body")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")

    class Secrets(models.TextChoices):
        ASK = "ask", _("They are asked")
        REFUSE = "refuse", _("They may not")

    name = models.CharField(_("Name"), max_length=120)
    slug = models.SlugField(_("Short name"), max_length=40, unique=True, validators=[validate_short_name])
    kind = models.CharField(_("Kind"), max_length=16, choices=Kind, default=Kind.COMPANY)
    parent = models.ForeignKey("self", PROTECT, null=True, blank=True, related_name="children")
    # Where it is registered (ISO 3166-1); agreements may keep things within some.
    country = models.CharField(_("Country or region"), max_length=2, blank=True, default="")
    state = models.CharField(max_length=16, choices=State, default=State.ACTIVE)
    # After how many hours those who steer it hear that one of its people lets a request wait; 0 is never.
    patience_hours = models.PositiveSmallIntegerField(default=PATIENCE_HOURS)

    # Whether people of other organizations see, where they share a channel, who of its people is here.
    presence_outside = models.BooleanField(default=True)
    # For how long its people may take a message back from everybody; 0 is never. A room's host may allow less.
    recall_minutes = models.PositiveSmallIntegerField(default=RECALL_MINUTES)

    # What becomes of a secret that one of its people is about to tell others.
    secrets = models.CharField(max_length=8, choices=Secrets, default=Secrets.ASK)

    objects = Organizations.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def hue(self) -> int:
        """Return which of the five marks it wears, always the same."""
        return self.pk.int % 5 + 1

    @property
    def initial(self) -> str:
        return self.name[:1].upper()


class Department(Base):
    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="departments")
    name = models.CharField(_("Name"), max_length=120)
    parent = models.ForeignKey("self", PROTECT, null=True, blank=True, related_name="children")
    head = models.ForeignKey("accounts.User", SET_NULL, null=True, blank=True, related_name="+")

    class Departments(Nouns):
        def visible_to(self, actor: Actor) -> Self:
            return self if actor.sees_all else self.filter(organization__in=Organization.objects.of(actor))

    objects = Departments.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "parent", "name"], name="department_name", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class Memberships(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.sees_all else self.filter(organization__in=Organization.objects.of(actor))

    def active(self) -> Self:
        """Those that count: not ended, and the organization not suspended by the platform's operators."""
        return self.filter(state=Membership.State.ACTIVE, organization__state=Organization.State.ACTIVE)

    def of(self, actor: Actor) -> Self:
        """The person's own; a key bound to one organization knows no other."""
        if actor.user_id is None:
            return self.none()
        mine = self.active().filter(user_id=actor.user_id)
        return mine.filter(organization_id=actor.org_id) if actor.bound else mine

    def steering(self) -> Self:
        return self.active().filter(role__in=STEERING)


class Membership(Base):
    """A person in an organization."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        ADMIN = "admin", _("Admin")
        MEMBER = "member", _("Member")
        AUDITOR = "auditor", _("Auditor")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        ENDED = "ended", _("Ended")

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="memberships")
    user = models.ForeignKey("accounts.User", PROTECT, related_name="memberships")
    role = models.CharField(_("Role"), max_length=16, choices=Role, default=Role.MEMBER)
    state = models.CharField(max_length=16, choices=State, default=State.ACTIVE)
    title = models.CharField(_("Title"), max_length=120, blank=True)
    department = models.ForeignKey(
        "orgs.Department", SET_NULL, null=True, blank=True, related_name="memberships"
    )
    manager = models.ForeignKey("accounts.User", SET_NULL, null=True, blank=True, related_name="reports")
    ended_at = models.DateTimeField(null=True)

    objects = Memberships.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_once"),
            models.CheckConstraint(condition=~Q(manager=models.F("user")), name="membership_not_own_manager"),
        ]
        indexes = [models.Index(fields=["user", "state"])]

    def __str__(self) -> str:
        return self.user.name

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def is_steering(self) -> bool:
        return self.is_active and self.role in STEERING


class Position(Base):
    """A role that approvals route to: finance, legal, quality. Several people may hold it."""

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="positions")
    key = models.SlugField(_("Key"), max_length=40)
    people = ArrayField(models.UUIDField(), default=list, blank=True)

    # Whether the operation that returned it made it.
    is_new: bool = False

    class Positions(Nouns):
        def visible_to(self, actor: Actor) -> Self:
            return (
                self
                if actor.sees_all
                else self.filter(organization__in=Organization.objects.worked_for(actor))
            )

    objects = Positions.as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="position_key")]

    def __str__(self) -> str:
        return self.key


# Every request of somebody signed in asks this.
OWN_SEATS = Sight("own_seats", where="true ORDER BY own_seats.id", seat=Membership, organization=Organization)


# Only what somebody is where: every command asks this.
OWN_ROLES = "SELECT (seat).organization_id, (seat).role FROM priv.own_seats ORDER BY id"


def own_seats() -> list["Membership"]:
    """Return where the person who acts belongs, the first joined first."""
    return joined(OWN_SEATS.all())


def joined(rows: Iterable[Any]) -> list["Membership"]:
    """Return what ``OWN_SEATS`` found as memberships that know their organization."""
    found = []
    for seat, seat.organization in rows:
        found.append(seat)
    return found


ROLES = Prepared(
    lambda user: (
        Membership.objects.active().filter(user_id=user).order_by("id").values_list("organization_id", "role")
    ),
    user=UUID,
)


def roles_among(seats: Iterable["Membership"], actor: Actor) -> dict[UUID, str]:
    """Return the roles of those seats by organization; a key bound to one organization knows no other."""
    return by_organization(((one.organization_id, one.role) for one in seats), actor)


def by_organization(roles: Iterable[tuple[UUID, str]], actor: Actor) -> dict[UUID, str]:
    return {org: role for org, role in roles if org == actor.org_id or not actor.bound}


@remembered
def roles_of(actor: Actor) -> dict[UUID, str]:
    """Return the person's roles today, by organization."""
    if actor.user_id is None:
        return {}
    rows = execute(OWN_ROLES, [], ()) if acts(actor) else ROLES.all(user=actor.user_id)
    return by_organization(rows, actor)


def role_in(actor: Actor, organization_id: UUID | None) -> str | None:
    """Return the person's role in that organization today, or None."""
    return roles_of(actor).get(organization_id) if organization_id else None
