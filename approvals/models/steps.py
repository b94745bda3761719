"""A step under way, and whose word it waits for."""

from typing import Any, Self

from django.db import models
from django.db.models import CASCADE, PROTECT, F, Q
from django.utils.translation import gettext_lazy as _

from approvals.errors import AlreadyDecided, StepClosed
from approvals.tree import ASKING, WAITING
from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models import Organization


class Run(Base):
    """One activation of a node. Its ``parent`` is the run it lies in: of a split, or of a partner's step.

    Inside a partner's step all is that organization's own.
    """

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", _("In progress")
        SUSPENDED = "SUSPENDED", _("Suspended")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")
        RETURNED = "RETURNED", _("Returned")
        SKIPPED = "SKIPPED", _("Skipped")
        CANCELLED = "CANCELLED", _("Cancelled")
        DONE = "DONE", _("Done")
        FAILED = "FAILED", _("Failed")
        SUPERSEDED = "SUPERSEDED", _("Superseded")

    OPEN = (State.ACTIVE, State.SUSPENDED)
    ANSWERS = (State.APPROVED, State.REJECTED)
    ENDS = {
        State.APPROVED, State.REJECTED, State.RETURNED, State.SKIPPED, State.CANCELLED, State.DONE, State.FAILED
    }  # fmt: skip
    MOVES: dict[str, set[str]] = {
        State.ACTIVE: {State.SUSPENDED, *ENDS},
        State.SUSPENDED: {State.ACTIVE, State.CANCELLED, State.SKIPPED, State.SUPERSEDED},
        State.APPROVED: {State.SUPERSEDED},
        State.DONE: {State.SUPERSEDED},
        State.SKIPPED: {State.SUPERSEDED},
    }

    instance = models.ForeignKey("approvals.Instance", CASCADE, related_name="runs")
    parent = models.ForeignKey("self", CASCADE, null=True, related_name="inner")
    node = models.CharField(max_length=40)
    type = models.CharField(max_length=16)
    party = models.CharField(max_length=40, blank=True)
    party_org = models.ForeignKey("orgs.Organization", PROTECT, related_name="+")
    mode = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State, default=State.ACTIVE)
    round = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    said = models.TextField(blank=True)  # what the organization tells the others about its outcome
    # Counted live, so that a vote costs the same whether ten or a thousand people are asked.
    approved = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    abstained = models.PositiveIntegerField(default=0)
    pending = models.PositiveIntegerField(default=0)
    tally: Any = models.JSONField(
        default=dict, db_default={}
    )  # what else is counted: weights, groups, helpers
    reason = models.CharField(max_length=40, blank=True, default="", db_default="")  # why it is suspended
    # What a partner follows inside its step, as it was when the step began.
    version = models.ForeignKey("approvals.Version", PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("Step")
        indexes = [
            models.Index(fields=["party_org", "instance"], name="run_party_org"),
            models.Index(fields=["instance"], condition=Q(state="ACTIVE"), name="run_active"),
            models.Index(
                fields=["id"], condition=Q(state="ACTIVE", type__in=("subflow", "call")), name="run_queued"
            ),
        ]

    def move_to(self, state: str) -> None:
        if state not in self.MOVES.get(self.state, set()):
            raise StepClosed
        self.state = state

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_sealing(self) -> bool:
        """Whether answers inside are kept from the other parties at this moment."""
        return self.type == "confirm" and self.is_open and bool(self.mode.get("sealed"))

    @property
    def asks(self) -> bool:
        """Whether people answer in it, rather than branches or an organization as a whole."""
        return self.type in ASKING

    @property
    def stands(self) -> bool:
        """Whether it waits for something of its own, rather than holding other runs together."""
        return self.asks or self.type in WAITING


class Assignments(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, in organizations one still works for."""
        if actor.sees_all:
            return self
        worked = Organization.objects.worked_for(actor).values("pk")
        return self.filter(principal_id=actor.user_id, run__party_org__in=worked)

    def copies_of(self, actor: Actor) -> Self:
        """What was shown to a person who need not do anything."""
        return self.filter(principal_id=actor.user_id, state=Assignment.State.COPIED)

    def waiting(self) -> Self:
        return self.filter(
            state=Assignment.State.PENDING, run__state=Run.State.ACTIVE, instance__state="RUNNING"
        )


class Assignment(Base):
    """One principal's slot in a run. ``actor`` is who acted in it."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("Not asked yet")
        PENDING = "PENDING", _("Waiting")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")
        ABSTAINED = "ABSTAINED", _("Abstained")
        RETURNED = "RETURNED", _("Returned")
        TRANSFERRED = "TRANSFERRED", _("Passed on")
        CANCELLED = "CANCELLED", _("No longer needed")
        REMOVED = "REMOVED", _("Removed")
        EXPIRED = "EXPIRED", _("Expired")
        AUTO_APPROVED = "AUTO_APPROVED", _("Approved automatically")
        COPIED = "COPIED", _("Sent a copy")

    OPEN = (State.WAITING, State.PENDING)
    DECIDED = (State.APPROVED, State.REJECTED, State.ABSTAINED)
    MOVES: dict[str, set[str]] = {
        State.WAITING: {State.PENDING, State.CANCELLED, State.REMOVED, State.EXPIRED},
        State.PENDING: {
            State.WAITING, State.APPROVED, State.REJECTED, State.ABSTAINED, State.RETURNED,
            State.TRANSFERRED, State.CANCELLED, State.REMOVED, State.EXPIRED,
        },
        State.APPROVED: {State.PENDING},  # taken back
        State.REJECTED: {State.PENDING},
        State.ABSTAINED: {State.PENDING},
    }  # fmt: skip

    class Audience(models.TextChoices):
        INTERNAL = "internal", _("Internal")
        SHARED = "shared", _("Shared")

    instance = models.ForeignKey("approvals.Instance", CASCADE, related_name="assignments")
    run = models.ForeignKey("approvals.Run", CASCADE, related_name="assignments")
    principal = models.ForeignKey("accounts.User", PROTECT, related_name="approval_assignments")
    actor = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=16, choices=State, default=State.PENDING)
    place = models.PositiveSmallIntegerField(default=1)
    decided_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)  # of a copy: when its reader first looked at the request
    comment = models.TextField(blank=True)
    salt = models.CharField(
        max_length=32, blank=True, default="", db_default=""
    )  # under which comment and signature are sealed; gone with them
    signature = models.JSONField(null=True)  # ``typed``, or the ``file`` that holds what was drawn
    audience = models.CharField(max_length=16, choices=Audience, default=Audience.INTERNAL)
    form_rev = models.PositiveIntegerField(null=True)  # what was on the form when it was decided
    view_hash = models.CharField(
        max_length=64, blank=True, default="", db_default=""
    )  # of what they then saw of it
    weight = models.PositiveIntegerField(default=1, db_default=1)
    part: Any = models.JSONField(default=dict, db_default={})  # groups it votes in; how it came to be asked
    added_by = models.ForeignKey("self", CASCADE, null=True, related_name="helpers")

    objects = Assignments.as_manager()

    class Meta:
        verbose_name = _("Assignment")
        constraints = [
            models.UniqueConstraint(fields=["run", "principal"], name="assignment_one_vote"),
        ]
        indexes = [
            models.Index(
                fields=["principal", "instance"], condition=Q(state="PENDING"), name="assignment_waits"
            ),
            models.Index(fields=["principal"], condition=Q(state="COPIED"), name="assignment_copied"),
            models.Index(fields=["instance", "principal"], name="assignment_of"),
            models.Index(
                fields=["actor", "instance"], condition=Q(actor__isnull=False), name="assignment_done"
            ),
            models.Index(  # in whose slot somebody else decided: few of all that they decide
                fields=["actor"],
                include=["instance", "principal", "run"],
                condition=Q(actor__lt=F("principal")) | Q(actor__gt=F("principal")),
                name="assignment_stood_in",
            ),
        ]

    def move_to(self, state: str) -> None:
        if state not in self.MOVES.get(self.state, set()):
            raise AlreadyDecided
        self.state = state

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
