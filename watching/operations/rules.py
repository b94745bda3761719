"""An organization says what is unusual to it."""

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Organization
from watching.events import RuleChanged
from watching.models import Rule, usual

TUNED = ("is_on", "threshold", "window_minutes", "severity", "zone", "opens_at", "closes_at", "weekdays")
LONGEST_MINUTES = 7 * 24 * 60
HIGHEST = 10_000


@operation
def change_rule(*, actor: Actor, organization: Organization, kind: str, **changes: Any) -> Rule:
    """Turn a rule on or off, or change from when on it speaks.

    Raises:
        InvalidInput: a number out of bounds, hours that end before they begin, a zone that nobody knows.

    Emits: RuleChanged, if something changed.
    """
    require(actor, "watching.tune", organization)
    Organization.objects.locked(organization.pk)
    kept = Rule.objects.filter(organization=organization, kind=kind).first()
    rule = kept or usual(organization.pk, kind)
    rule.organization = organization
    before = {name: getattr(rule, name) for name in TUNED}
    changed = {name: value for name, value in changes.items() if name in TUNED and value != before[name]}
    if not changed:
        return rule
    for name, value in changed.items():
        setattr(rule, name, value)
    _check(rule)
    rule.save()
    told = {"before": _told({name: before[name] for name in changed}), "after": _told(changed)}
    emit(RuleChanged.of(rule, actor, **told))
    return rule


def _check(rule: Rule) -> None:
    bounds = {
        "threshold": (rule.threshold, HIGHEST),
        "window_minutes": (rule.window_minutes, LONGEST_MINUTES),
    }
    for name, (value, most) in bounds.items():
        if not 1 <= value <= most:
            raise InvalidInput.at(f"/{name}", "out_of_bounds", _("From 1 to %(most)s.") % {"most": most})
    if rule.opens_at >= rule.closes_at:
        raise InvalidInput.at("/closes_at", "before_start", _("Work ends after it begins."))
    try:
        ZoneInfo(rule.zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        raise InvalidInput.at("/zone", "unknown", _("There is no such time zone.")) from None


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat("minutes") if isinstance(value, time) else value
        for name, value in facts.items()
    }
