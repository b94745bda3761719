"""What an organization watches for, and what was found."""

from datetime import datetime, time, timedelta
from typing import Self
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CASCADE, PROTECT, SET_NULL, Q
from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.nouns import Base, Nouns
from orgs.models import Membership
from orgs.policies import RECORD_READERS
from watching.errors import AlertSettled

WORKDAYS = (1, 2, 3, 4, 5)  # ISO: 1 is Monday
MORNING, EVENING = time(9), time(18)


class Watched(Nouns):
    def visible_to(self, actor: Actor) -> Self:
        """Those of organizations whose record one reads. Row-level security draws the same line."""
        if actor.sees_all:
            return self
        read = Membership.objects.of(actor).filter(role__in=RECORD_READERS)
        return self.filter(organization__in=read.values("organization_id"))


class Severity(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class Rule(Base):
    """What counts as unusual for one organization. Where there is no row, ``USUAL`` says it."""

    class Kind(models.TextChoices):
        DENIALS = "denials", _("Many refusals")
        EXPORT = "export", _("Mass export")
        VOLUME = "volume", _("Many acts")
        COUNTRY = "country", _("Another country")
        DEVICE = "device", _("New device")
        HOURS = "hours", _("Outside working hours")

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="watch_rules")
    kind = models.CharField(max_length=8, choices=Kind)
    is_on = models.BooleanField(_("Watch for this"), default=True)
    threshold = models.PositiveIntegerField(_("From how many on"))
    window_minutes = models.PositiveIntegerField(_("Within how many minutes"))
    severity = models.CharField(_("Severity"), max_length=6, choices=Severity)
    # Of the kind ``hours`` alone: when people work there.
    zone = models.CharField(_("Time zone"), max_length=40, blank=True)
    opens_at = models.TimeField(_("Work begins"), default=MORNING)
    closes_at = models.TimeField(_("Work ends"), default=EVENING)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)

    objects = Watched.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "kind"], name="watch_rule_once")]

    def __str__(self) -> str:
        return str(self.Kind(self.kind).label)

    @property
    def window(self) -> timedelta:
        return timedelta(minutes=self.window_minutes)

    def begins(self, moment: datetime) -> datetime:
        """Return when the window began that ``moment`` falls into: for one person there is one alert in each."""
        seconds = int(self.window.total_seconds())
        return datetime.fromtimestamp(int(moment.timestamp()) // seconds * seconds, moment.tzinfo)

    def is_after_hours(self, moment: datetime) -> bool:
        local = moment.astimezone(ZoneInfo(self.zone or "UTC"))
        at_work = self.opens_at <= local.time() < self.closes_at
        return not (at_work and local.isoweekday() in (self.weekdays or WORKDAYS))


# How an organization watches that has said nothing: is it on, from how many on, in how many minutes, how severe.
# Nobody's hours are known before they are said.
USUAL: dict[str, tuple[bool, int, int, str]] = {
    Rule.Kind.DENIALS: (True, 15, 60, Severity.HIGH),
    Rule.Kind.EXPORT: (True, 3, 60, Severity.HIGH),
    Rule.Kind.VOLUME: (True, 300, 60, Severity.MEDIUM),
    Rule.Kind.COUNTRY: (True, 1, 1440, Severity.HIGH),
    Rule.Kind.DEVICE: (True, 1, 1440, Severity.LOW),
    Rule.Kind.HOURS: (False, 10, 720, Severity.LOW),
}


def usual(organization_id: UUID, kind: str) -> Rule:
    """Return the rule as it is where nobody has changed it; it is not saved."""
    is_on, threshold, minutes, severity = USUAL[kind]
    return Rule(
        organization_id=organization_id,
        kind=kind,
        is_on=is_on,
        threshold=threshold,
        window_minutes=minutes,
        severity=severity,
        weekdays=list(WORKDAYS),
    )


def rules_of(organization_id: UUID) -> list[Rule]:
    """Return all rules of an organization, those that it has tuned and those that it has not."""
    kept = {one.kind: one for one in Rule.objects.filter(organization=organization_id)}
    return [kept.get(kind) or usual(organization_id, kind) for kind in Rule.Kind.values]


class Alerts(Watched):
    def open(self) -> Self:
        return self.filter(state=Alert.State.OPEN)


class Alert(Base):
    """One person did something unusual, within one window, by one rule of one organization."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        HELD = "held", _("Held")
        RELEASED = "released", _("Released")
        DISMISSED = "dismissed", _("Dismissed")

    organization = models.ForeignKey("orgs.Organization", CASCADE, related_name="alerts")
    user = models.ForeignKey("accounts.User", PROTECT, related_name="+")
    acting_org = models.ForeignKey("orgs.Organization", SET_NULL, null=True, related_name="+")
    company = models.CharField(max_length=120, blank=True)  # for whom, as it was called on the day
    kind = models.CharField(_("Rule"), max_length=8, choices=Rule.Kind)
    severity = models.CharField(_("Severity"), max_length=6, choices=Severity)
    threshold = models.PositiveIntegerField()
    counted = models.PositiveIntegerField()
    counted_at = models.DateTimeField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    found = models.CharField(max_length=200, blank=True)  # the device or the country
    evidence = ArrayField(models.UUIDField(), default=list)  # entries of the record, the newest first
    state = models.CharField(_("State"), max_length=9, choices=State, default=State.OPEN)
    reason = models.CharField(_("Reason"), max_length=500, blank=True)
    settled_by = models.ForeignKey("accounts.User", PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = Alerts.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user", "kind", "begins_at"], name="alert_once_in_a_window"
            ),
            models.UniqueConstraint(fields=["id", "organization"], name="alert_place"),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="alert_newest"),
            models.Index(fields=["organization"], condition=Q(state="open"), name="alert_open"),
        ]

    def __str__(self) -> str:
        return str(Rule.Kind(self.kind).label)

    MOVES = {
        State.OPEN: {State.HELD, State.DISMISSED},
        State.HELD: {State.RELEASED},
        State.RELEASED: {State.HELD, State.DISMISSED},
        State.DISMISSED: {State.HELD},
    }

    def can_become(self, state: str) -> bool:
        return state in self.MOVES[Alert.State(self.state)]

    def move_to(self, state: str) -> None:
        """Change state, if somebody else has not; the caller saves."""
        if not self.can_become(state):
            raise AlertSettled
        self.state = state
