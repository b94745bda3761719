"""What is to be done about an incident, by whom and until when."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import CASCADE, PROTECT, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.errors import TaskSettled
from incidents.models.runbooks import Step, Usual
from incidents.models.shares import Share, read_by
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models import Organization


class Tasks(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """All to those whose incident it is; to a partner what was given to it; to whoever is to do it, theirs.

        Row-level security draws the same line.
        """
        if actor.sees_all:
            return self
        read = read_by(actor)
        return self.filter(Q(organization__in=read) | Q(pk__in=self.model.objects.within_reach().of(actor)))

    def within_reach(self) -> Self:
        """Those that whoever they were given to can see: their own side's, or a partner's while it is shared."""
        shared = Share.objects.standing().filter(incident=OuterRef("incident"), partner=OuterRef("side"))
        return self.filter(Q(side=F("organization")) | Exists(shared))

    def of(self, actor: Actor) -> Self:
        """Those given to the person, or to an organization whose record they read."""
        mine = Q(assignee=actor.user_id, side__in=Organization.objects.of(actor).values("pk"))
        return self.filter(mine | Q(side__in=read_by(actor)))

    def open(self) -> Self:
        return self.filter(done_at=None)

    def overdue(self) -> Self:
        return self.open().filter(due_at__lte=timezone.now())


class Task(Base):
    """One thing to do. ``side`` is the organization that does it: whose incident it is, or a partner that sees it."""

    incident = models.ForeignKey("incidents.Incident", CASCADE, related_name="tasks")
    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")  # whose incident it is
    side = models.ForeignKey("orgs.Organization", CASCADE, related_name="+")
    assignee = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    place = models.PositiveSmallIntegerField()  # 1 stands first
    usual = models.CharField(max_length=16, choices=Usual, blank=True)  # where it has no title of its own
    title = models.CharField(_("Task"), max_length=200, blank=True)
    due_at = models.DateTimeField(_("Due"), null=True)
    note = models.CharField(_("Note"), max_length=1000, blank=True)  # what was done, or why not
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(null=True)  # that it is overdue

    objects = Tasks.as_manager()

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(usual="", title=""), name="incident_task_is_named"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="incident_task_done_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(done_at=None, told_at=None), name="incident_task_due"
            ),
            models.Index(fields=["assignee"], condition=Q(done_at=None), name="incident_task_assignee"),
            models.Index(fields=["side"], name="incident_task_side"),
        ]

    def __str__(self) -> str:
        return self.step.name

    @property
    def step(self) -> Step:
        return Step(usual=self.usual, title=self.title)

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_overdue(self) -> bool:
        return self.done_at is None and self.due_at is not None and self.due_at <= timezone.now()

    def settle(self, is_done: bool, *, by: Actor, note: str) -> None:
        """Say that it is done, or that it is not after all; the caller saves."""
        if self.is_done == is_done:
            raise TaskSettled
        self.done_at, self.done_by = (timezone.now(), by.user) if is_done else (None, None)
        self.note = note.strip() or self.note

    def falls_due(self, moment: datetime | None) -> None:
        """Take another date; whoever was told that the old one is past is told of this one too."""
        if moment != self.due_at:
            self.due_at, self.told_at = moment, None
