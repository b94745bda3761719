"""Whether what was approved can still be changed or taken back: for how long, and one request at a time."""

from datetime import datetime, timedelta

from django.utils import timezone

from approvals.models import Instance
from orgs.models import work_together

DAYS = 31  # unless the definition says otherwise


def is_past(instance: Instance, now: datetime) -> bool:
    days = instance.version.policy.get("revoke_days", DAYS)
    return instance.settled_at is None or now > instance.settled_at + timedelta(days=days)


def is_under_way(instance: Instance) -> bool:
    return instance.amendments.filter(state__in=(*Instance.OPEN, Instance.State.DRAFT)).exists()


def stands(instance: Instance) -> bool:
    """Tell whether it is approved, and something that can be taken back: a revocation cannot, for what it ended is over."""
    return instance.state == Instance.State.APPROVED and instance.purpose != Instance.Purpose.REVOKE


def is_among_partners(instance: Instance) -> bool:
    """Tell whether all who were party to it still work with who asks: they are asked again."""
    host = instance.acting_org_id
    return all(org == host or work_together(host, org) for org in instance.org_ids())


def can_be_amended(instance: Instance) -> bool:
    return (
        stands(instance)
        and not is_past(instance, timezone.now())
        and not is_under_way(instance)
        and is_among_partners(instance)
    )
