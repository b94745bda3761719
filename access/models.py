"""Grants on single objects. Each noun keeps its own, with a direct key; so nothing outlives what it is about."""

from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CASCADE, PROTECT, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.managers import UserObjectPermissionManager
from guardian.models import UserObjectPermissionBase

from access.levels import CHOICES, Level
from kernel.actor import Actor
from kernel.nouns import Base, Nouns


class Grants(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those on what one may know of."""
        if actor.sees_all:
            return self
        return self.filter(on__in=self.model._meta.get_field("on").related_model.objects.visible_to(actor))

    def live(self) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))

    def overdue(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())

    def told(self) -> Self:
        return self.select_related(
            "user", "department__organization", "organization", "given_by", "given_for"
        )


class Grant(Base):
    """A right on one object: for a person, a department, an organization, or (none of them named) for everybody
    of the participants. Concrete classes add ``on``, a foreign key with ``related_name="grants"``.
    """

    user = models.ForeignKey("accounts.User", CASCADE, null=True, related_name="+")
    department = models.ForeignKey("orgs.Department", CASCADE, null=True, related_name="+")
    organization = models.ForeignKey("orgs.Organization", CASCADE, null=True, related_name="+")
    level = models.CharField(_("Right"), max_length=8, choices=CHOICES)
    expires_at = models.DateTimeField(_("Until"), null=True, blank=True)
    given_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    given_for = models.ForeignKey("orgs.Organization", PROTECT, related_name="+")

    objects = Grants.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, department=None)
                | Q(user=None, organization=None)
                | Q(department=None, organization=None),
                name="%(app_label)s_%(class)s_for_one",
            ),
            models.UniqueConstraint(
                fields=["on", "user", "department", "organization"],
                name="%(app_label)s_%(class)s_once",
                nulls_distinct=False,
            ),
        ]

    @property
    def rank(self) -> Level:
        return Level.of(self.level)

    @property
    def id_text(self) -> str:
        return str(self.pk)

    @property
    def principal(self) -> Any:
        """Return the person, department or organization; None is everybody of the participants."""
        return self.user or self.department or self.organization

    @property
    def principal_kind(self) -> str:
        named = {"user": self.user_id, "department": self.department_id, "organization": self.organization_id}
        return next((kind for kind, key in named.items() if key), "everybody")

    @property
    def principal_name(self) -> str:
        return str(self.principal.name) if self.principal is not None else str(_("Everybody who takes part"))


class Permissions(models.QuerySet):
    def live(self) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))

    def of(self, user_id: UUID | None) -> Self:
        return self.live().filter(user_id=user_id)


class Permission(UserObjectPermissionBase):
    """The index of what grants and names amount to, person by person, as guardian reads it. The database writes
    it from the truth (``priv.index_…``); concrete classes add ``content_object``."""

    expires_at = models.DateTimeField(null=True)

    objects = UserObjectPermissionManager.from_queryset(Permissions)()

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


class Requests(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those one may answer: where one is asked."""
        if actor.sees_all:
            return self
        return self.filter(Q(asked_by=actor.user_id) | Q(asks__contains=[actor.user_id]))

    def open(self) -> Self:
        return self.filter(state=Request.State.OPEN)


class Request(Base):
    """Somebody who may know of a thing asks for a right on it, or for a lower label of it.

    ``asks`` are those who could answer on the day it was asked; the rule is asked again when one does.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    kind = models.CharField(max_length=16)  # a name in access.kinds
    object_id = models.UUIDField()
    object_name = models.CharField(max_length=200)
    workspace = models.ForeignKey("workspaces.Workspace", CASCADE, null=True, related_name="+")
    asked_by = models.ForeignKey("accounts.User", CASCADE, related_name="+")
    asked_for = models.ForeignKey("orgs.Organization", CASCADE, null=True, related_name="+")
    level = models.CharField(max_length=8, choices=CHOICES)
    reason = models.CharField(max_length=500, blank=True)
    asks = ArrayField(models.UUIDField(), default=list)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    answered_by = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    comment = models.CharField(max_length=500, blank=True)

    objects = Requests.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "asked_by"], condition=Q(state="open"), name="request_once"
            )
        ]
