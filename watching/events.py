"""What was found unusual, what became of it, and what outsiders were refused."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from kernel.actor import Actor
from kernel.events import Event
from watching.models import Alert, Rule


@dataclass(frozen=True, kw_only=True)
class AccessRefused(Event):
    """An outsider asked for something of an organization and was refused, ``times`` since the entry before.

    It stands in the record of that organization alone, and is nobody's own act: to them and to their side it would tell
    what there is here. So the platform says it.
    """

    name = "watching.access_refused"
    personal = {"subject": "user_id", "user_name": "user_id", "company": "user_id"}

    organization_id: UUID
    user_id: UUID
    user_name: str
    company: str  # for whom they act, as it is called
    object_kind: str
    object_id: UUID
    status: int
    times: int

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("person", self.user_id, self.user_name)


@dataclass(frozen=True, kw_only=True)
class RuleChanged(Event):
    name = "watching.rule_changed"
    organization_id: UUID
    kind: str
    before: dict[str, Any]
    after: dict[str, Any]

    @classmethod
    def of(cls, rule: Rule, actor: Actor, **facts: Any) -> Self:
        org = rule.organization
        return cls(
            actor=actor.for_org(org), org_ids=(org.pk,), organization_id=org.pk, kind=rule.kind, **facts
        )

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("watch_rule", None, self.kind)


@dataclass(frozen=True, kw_only=True)
class AlertEvent(Event):
    personal = {"subject": "user_id", "person_name": "user_id", "company": "user_id"}

    alert_id: UUID
    organization_id: UUID
    user_id: UUID
    person_name: str
    company: str
    kind: str  # a Rule.Kind value

    @classmethod
    def of(cls, alert: Alert, actor: Actor, **facts: Any) -> Self:
        """Say it for the organization that watches; nobody else hears of it."""
        return cls(
            actor=actor if actor.sees_all else actor.for_org(alert.organization),
            org_ids=(alert.organization_id,),
            alert_id=alert.pk,
            organization_id=alert.organization_id,
            user_id=alert.user_id,
            person_name=alert.user.name,
            company=alert.company or "–",
            kind=alert.kind,
            **facts,
        )

    def subject(self) -> tuple[str, UUID | None, str]:
        return ("alert", self.alert_id, self.person_name)


@dataclass(frozen=True, kw_only=True)
class AlertRaised(AlertEvent):
    name = "watching.alert_raised"
    severity: str
    counted: int
    threshold: int


@dataclass(frozen=True, kw_only=True)
class AlertDismissed(AlertEvent):
    name = "watching.alert_dismissed"
    reason: str
