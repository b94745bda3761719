"""An alert as programs see it: at the API, and told by webhooks to the organization that watches."""

from typing import Any
from uuid import UUID

from orgs.models import Organization
from watching.models import Alert
from workspaces.models import Hold

ALERTS = Alert.objects.select_related("organization", "user", "acting_org", "settled_by")

HOLDS = Hold.objects.select_related(
    "organization", "user", "home", "contact__sponsor", "held_by", "lifted_by"
).prefetch_related("answers__author")
EXAMPLE: dict[str, Any] = {
    "id": "019a0000-0000-7000-8000-000000000060",
    "org": {"id": "019a0000-0000-7000-8000-00000000000a", "name": "Northwind"},
    "rule": "denials",
    "severity": "high",
    "state": "open",
    "person": {"id": "019a0000-0000-7000-8000-000000000002", "name": "Sol"},
    "company": "Southbay",
    "counted": 20,
    "threshold": 15,
    "found": "",
    "begins_at": "2026-11-27T08:00:00Z",
    "ends_at": "2026-11-27T09:00:00Z",
    "counted_at": "2026-11-27T08:15:30.123456Z",
    "evidence": ["019a0000-0000-7000-8000-000000000061"],
    "reason": "",
    "settled_by": None,
    "settled_at": None,
}


def resource_of(alert: Alert) -> dict[str, Any]:
    """Return an alert in words that JSON knows; evidence are ids of entries of the record."""
    return {
        "id": str(alert.pk),
        "org": {"id": str(alert.organization_id), "name": alert.organization.name},
        "rule": alert.kind,
        "severity": alert.severity,
        "state": alert.state,
        "person": {"id": str(alert.user_id), "name": alert.user.name},
        "company": alert.company,
        "counted": alert.counted,
        "threshold": alert.threshold,
        "found": alert.found,
        "begins_at": alert.begins_at,
        "ends_at": alert.ends_at,
        "counted_at": alert.counted_at,
        "evidence": [str(one) for one in alert.evidence],
        "reason": alert.reason,
        "settled_by": {"id": str(alert.settled_by_id), "name": alert.settled_by.name}
        if alert.settled_by is not None
        else None,
        "settled_at": alert.settled_at,
    }


def alert_for(alert_id: UUID, organization: Organization) -> dict[str, Any] | None:
    """Return it to the organization that watches, and to nobody else."""
    alert = ALERTS.filter(pk=alert_id, organization=organization).first()
    return resource_of(alert) if alert else None
