"""From a sealed act to the alerts that are due because of it, and what people make of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kernel.actor import Actor
from kernel.events import Record, emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Contact, Membership, Organization
from watching.counting import WAYS, Acts, Count, person_of
from watching.events import AccessRefused, AlertDismissed, AlertRaised
from watching.models import Alert, Rule, rules_of
from workspaces.models import Hold, Participant
from workspaces.operations import hold_person

AGAIN_AFTER = timedelta(minutes=1)  # an alert that stands is not counted anew with every act


@operation
def weigh_act(*, actor: Actor, record: Record) -> list[Alert]:
    """Hold one act of an outsider against the rules of every organization whose room it was done in.

    A record that is read twice finds its alert there already: one person, one rule, one window, one alert.

    Emits: AlertRaised for each that is new.
    """
    require(actor, "watching.find")
    raised = []
    for organization in watching(record):
        acts = Acts(organization.pk, record)
        rules = [one for one in rules_of(organization.pk) if one.is_on]
        standing = _standing(organization, record, rules)
        raised += [found for rule in rules if (found := _held_against(rule, organization, acts, standing))]
    return raised


def watching(record: Record) -> Iterable[Organization]:
    """Return the organizations to which whoever acted is an outsider, and whose room or door it was."""
    person = person_of(record)
    if person is None:
        return []
    rows = Organization.objects.filter(state=Organization.State.ACTIVE)
    if record.name == AccessRefused.name:
        rows = rows.filter(pk__in=record.org_ids)
    else:  # a contact acts for the organization that vouches for them, in its own record
        parts = Participant.objects.active().filter(workspace=record.workspace_id)
        rows = rows.filter(Q(pk__in=parts.values("organization_id")) | Q(pk=record.org_id))
    inside = Membership.objects.active().filter(organization=OuterRef("pk"), user=person)
    return list(rows.exclude(Exists(inside)))


def _standing(
    organization: Organization, record: Record, rules: list[Rule]
) -> dict[tuple[str, datetime], Alert]:
    """Return the alerts about whoever acted in the windows that the act falls into, by rule and beginning."""
    begins = {rule.begins(record.at) for rule in rules}
    rows = Alert.objects.filter(organization=organization, user=person_of(record), begins_at__in=begins)
    return {(one.kind, one.begins_at): one for one in rows}


def _held_against(
    rule: Rule, organization: Organization, acts: Acts, alerts: dict[tuple[str, datetime], Alert]
) -> Alert | None:
    """Return the alert that is new, if there is one."""
    record = acts.record
    begins = rule.begins(record.at)
    standing = alerts.get((rule.kind, begins))
    if standing is not None and record.at < standing.counted_at + AGAIN_AFTER:
        return None
    count = WAYS[rule.kind](acts, rule)
    if count.counted < rule.threshold:
        return None
    if standing is not None:
        _count_on(standing, count, record)
        return None
    place = {"organization": organization, "user_id": person_of(record), "kind": rule.kind}
    return _raise(Alert(**place, begins_at=begins, ends_at=begins + rule.window), rule, count, record)


def _count_on(alert: Alert, count: Count, record: Record) -> None:
    alert.counted, alert.evidence, alert.counted_at = (
        max(alert.counted, count.counted),
        count.evidence,
        record.at,
    )
    alert.save(update_fields=["counted", "evidence", "counted_at"])


def _raise(alert: Alert, rule: Rule, count: Count, record: Record) -> Alert:
    alert.severity, alert.threshold = rule.severity, rule.threshold
    alert.counted, alert.evidence, alert.found = count.counted, count.evidence, count.found
    alert.counted_at = record.at
    alert.acting_org_id, alert.company = _for_whom(alert, record)
    alert.save(force_insert=True)
    told = {"severity": alert.severity, "counted": alert.counted, "threshold": alert.threshold}
    emit(AlertRaised.of(alert, Actor.system("watching"), **told))
    return alert


def _for_whom(alert: Alert, record: Record) -> tuple[UUID | None, str]:
    """Return whom they acted for: of our external contact the company, which need not be here."""
    contact = Contact.objects.filter(organization=alert.organization_id, user=alert.user_id).first()
    if contact is not None:
        return None, contact.company
    company = record.payload.get("company", "") if record.name == AccessRefused.name else ""
    return record.org_id, record.org_name or company


@operation
def dismiss_alert(*, actor: Actor, alert: Alert, reason: str) -> Alert:
    """Say that it was nothing, and why.

    Raises:
        AlertSettled: somebody has dealt with it.

    Emits: AlertDismissed.
    """
    alert = held(alert)
    require(actor, "watching.settle", alert)
    settle(alert, Alert.State.DISMISSED, by=actor, reason=reason)
    emit(AlertDismissed.of(alert, actor, reason=alert.reason))
    return alert


@operation
def hold_over_alert(*, actor: Actor, alert: Alert, reason: str) -> Hold:
    """Suspend the person's access to the organization's rooms, as an alert suggests.

    Raises:
        AlertSettled: a hold stands because of it.
        NotAnOutsider: they have come to belong to the organization meanwhile.

    Emits: PersonHeld, unless another alert led to a hold that stands.
    """
    alert = held(alert)
    require(actor, "watching.settle", alert)
    organization, user = alert.organization, alert.user
    hold = Hold.objects.standing().filter(organization=organization, user=user).first()
    settle(alert, Alert.State.HELD, by=actor, reason=reason)
    return hold or hold_person(actor=actor, organization=organization, user=user, reason=reason)


@operation
def release_alerts(*, actor: Actor, organization_id: UUID, user_id: UUID) -> None:
    """Say of the alerts that somebody was held for that the hold is lifted."""
    require(actor, "watching.find")
    rows = Alert.objects.filter(organization=organization_id, user=user_id, state=Alert.State.HELD)
    rows.update(state=Alert.State.RELEASED)


def held(alert: Alert) -> Alert:
    """Return the alert as it is now, locked."""
    rows = Alert.objects.select_related("organization", "user")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=alert.pk)


def settle(alert: Alert, state: str, *, by: Actor, reason: str) -> None:
    alert.move_to(state)
    alert.reason, alert.settled_by, alert.settled_at = reason.strip(), by.user, timezone.now()
    alert.save(update_fields=["state", "reason", "settled_by", "settled_at"])
