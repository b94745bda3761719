"""What went wrong: the head, which may be shared, and what stays with the organization whose incident it is."""

from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import CASCADE, PROTECT, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incidents.errors import IncidentClosed, IncidentMoved
from incidents.models.shares import Share, read_by
from incidents.models.tasks import Task
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models import role_in
from orgs.policies import RECORD_READERS
from watching.models import Severity

LONGEST = 4000  # characters of each text


def is_read_by(actor: Actor, organization_id: UUID) -> bool:
    """Tell whether somebody reads all of an organization's incidents, or only what is shared with them."""
    return actor.sees_all or role_in(actor, organization_id) in RECORD_READERS


class Incidents(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of organizations whose record one reads, those shared with them, and those one has a task in.

        Row-level security draws the same line.
        """
        if actor.sees_all:
            return self
        read = read_by(actor)
        shared = Share.objects.standing().filter(partner__in=read)
        tasks = Task.objects.within_reach().of(actor)
        return self.filter(
            Q(organization__in=read)
            | Q(pk__in=shared.values("incident_id"))
            | Q(pk__in=tasks.values("incident_id"))
        )

    def held(self, pk: UUID) -> "Incident":
        """Return the incident as it is now, locked: before anything that stands with it."""
        return self.select_related("organization").locked(pk)

    def met_by(self, organization_id: UUID) -> Self:
        """Return an organization's own, and those that others share with it."""
        shared = Share.objects.standing().filter(partner=organization_id)
        return self.filter(Q(organization=organization_id) | Q(pk__in=shared.values("incident_id")))


class Incident(Base):
    """The head of an incident: what a partner sees of it too, once it is shared."""

    class Kind(models.TextChoices):
        UNUSUAL = "unusual", _("Unusual access")
        LEAK = "leak", _("Data leak")
        TAKEN_OVER = "taken_over", _("Account taken over")
        MISDIRECTED = "misdirected", _("Wrong recipient")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("an incident", "Open")
        CONTAINED = "contained", _("Contained")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="incidents")
    number = models.PositiveIntegerField()  # counted by each organization for itself
    title = models.CharField(pgettext_lazy("thing", "Title"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind)
    severity = models.CharField(_("Severity"), max_length=6, choices=Severity)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.OPEN)

    objects = Incidents.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="incident_number")]
        indexes = [models.Index(fields=["organization", "-id"], name="incident_newest")]

    MOVES = {
        State.OPEN: (State.CONTAINED, State.CLOSED),
        State.CONTAINED: (State.RESOLVED, State.OPEN),
        State.RESOLVED: (State.CLOSED, State.OPEN),
        State.CLOSED: (State.OPEN,),
    }

    def __str__(self) -> str:
        return self.title

    @property
    def moves(self) -> list["Incident.State"]:
        """Return where it may go from here, the way forward first."""
        return list(self.MOVES[Incident.State(self.state)])

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    def check_open(self) -> None:
        if self.is_closed:
            raise IncidentClosed

    def move_to(self, state: str) -> None:
        """Change state, if it leads there from here; the caller saves."""
        if state not in self.moves:
            raise IncidentMoved
        self.state = state


class Insides(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """For the organization whose incident it is alone. Row-level security draws the same line."""
        return self if actor.sees_all else self.filter(organization__in=read_by(actor))


class Inside(Base):
    """What no partner sees, whatever is shared: it stands in rows of its own, which the database shows nobody else."""

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")

    objects = Insides.as_manager()

    class Meta:
        abstract = True


class Findings(Inside):
    """What is known so far, and what the report will say."""

    incident = models.OneToOneField("incidents.Incident", CASCADE, related_name="findings")
    opened_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    begins_at = models.DateTimeField(_("Began"))  # the time in question
    ends_at = models.DateTimeField(_("Ended"), null=True)
    what = models.TextField(_("What happened"), max_length=LONGEST, blank=True)
    summary = models.TextField(_("Summary"), max_length=LONGEST, blank=True)
    impact = models.TextField(_("Impact"), max_length=LONGEST, blank=True)
    measures = models.TextField(_("Measures"), max_length=LONGEST, blank=True)
    lessons = models.TextField(_("Lessons"), max_length=LONGEST, blank=True)


class Note(Inside):
    """A word among those who deal with it, at the moment that it is about."""

    incident = models.ForeignKey("incidents.Incident", CASCADE, related_name="notes")
    author = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    at = models.DateTimeField(_("When"))
    text = models.CharField(_("Note"), max_length=2000)

    class Meta:
        indexes = [models.Index(fields=["incident", "at", "id"], name="incident_notes")]


class Pin(Inside):
    """An event of the record that matters, and why. It is named by its own id: several records may tell of it."""

    incident = models.ForeignKey("incidents.Incident", CASCADE, related_name="pins")
    event_id = models.UUIDField()
    pinned_by = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    note = models.CharField(_("Note"), max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "event_id"], name="incident_pinned_once")]


class Joined(Inside):
    """One thing or person that an incident is about."""

    class Kind(models.TextChoices):
        ALERT = "alert", _("Alert")
        HOLD = "hold", _("Hold")
        PERSON = "person", _("Person")
        WORKSPACE = "workspace", _("Workspace")
        PARTNER = "partner", _("Partner")

    incident = models.ForeignKey("incidents.Incident", CASCADE, related_name="joined")
    kind = models.CharField(max_length=9, choices=Kind)
    alert = models.ForeignKey("watching.Alert", CASCADE, null=True, related_name="+")
    hold = models.ForeignKey("workspaces.Hold", CASCADE, null=True, related_name="+")
    person = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    workspace = models.ForeignKey("workspaces.Workspace", CASCADE, null=True, related_name="+")
    partner = models.ForeignKey("orgs.Organization", CASCADE, null=True, related_name="+")

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident", name], name=f"incident_{name}_once")
            for name in ("alert", "hold", "person", "workspace", "partner")
        ] + [
            models.CheckConstraint(
                condition=Q(kind="alert", alert__isnull=False)
                | Q(kind="hold", hold__isnull=False)
                | Q(kind="person", person__isnull=False)
                | Q(kind="workspace", workspace__isnull=False)
                | Q(kind="partner", partner__isnull=False),
                name="incident_joined_of_its_kind",
            )
        ]

    def __str__(self) -> str:
        return self.label

    @cached_property
    def thing(self) -> Any:
        return getattr(self, self.kind)

    @property
    def object_id(self) -> UUID:
        return getattr(self, f"{self.kind}_id")

    @property
    def label(self) -> str:
        """Return its name of today; of alerts and holds, whom they are about."""
        return str(getattr(self.thing, "user", self.thing).name)
