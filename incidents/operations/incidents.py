"""An incident is opened, described and led to its end."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents import events
from incidents.models import Findings, Incident, Step, Task, steps_of
from incidents.operations.joining import join_thing
from kernel.actor import Actor
from kernel.errors import InvalidInput
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Organization

HEAD = ("title", "kind", "severity")
INSIDE = ("begins_at", "ends_at", "what", "summary", "impact", "measures", "lessons")


@operation
def open_incident(
    *,
    actor: Actor,
    organization: Organization,
    title: str,
    kind: str,
    severity: str,
    what: str = "",
    begins_at: datetime | None = None,
    ends_at: datetime | None = None,
    about: Iterable[Any] = (),
) -> Incident:
    """Say that something went wrong, and take over the tasks of the runbook.

    Args:
        begins_at: of the time in question; now, if nobody knows better.
        about: alerts, holds, people, workspaces and partners that it concerns.

    Raises:
        InvalidInput: it ends before it begins; something that it is about is not the organization's own.

    Emits: IncidentOpened; ThingJoined for each that it is about.
    """
    require(actor, "incidents.open", organization)
    organization = Organization.objects.locked(organization.pk)
    last = organization.incidents.aggregate(Max("number"))["number__max"] or 0
    incident = Incident(organization=organization, number=last + 1, title=title.strip())
    incident.kind, incident.severity = kind, severity
    incident.save(force_insert=True)
    findings = Findings(incident=incident, organization=organization, opened_by=actor.user, what=what.strip())
    findings.begins_at, findings.ends_at = begins_at or incident.created_at, ends_at
    _check(findings)
    findings.save(force_insert=True)
    emit(events.IncidentOpened.of(incident, actor, kind=kind, severity=severity))
    for thing in about:
        join_thing(actor=actor, incident=incident, thing=thing)
    _take_over(incident, steps_of(organization.pk, kind))
    return incident


def _take_over(incident: Incident, steps: list[Step]) -> None:
    """Make tasks of a runbook's steps; that it was opened tells of them."""
    tasks = [_task(incident, place, step) for place, step in enumerate(steps, start=1)]
    Task.objects.bulk_create(tasks)


def _task(incident: Incident, place: int, step: Step) -> Task:
    task = Task(
        incident=incident, organization=incident.organization, side=incident.organization, place=place
    )
    task.usual, task.title = step.usual, step.title
    if step.hours is not None:
        task.due_at = incident.created_at + timedelta(hours=step.hours)
    return task


@operation
def change_incident(*, actor: Actor, incident: Incident, **changes: Any) -> Incident:
    """Say better what it is. The record names the fields, and none of the words.

    Raises:
        InvalidInput: it ends before it begins.
        IncidentClosed: it has to be opened again first.

    Emits: IncidentChanged, if something changed.
    """
    require(actor, "incidents.run", incident)
    incident = Incident.objects.held(incident.pk)
    incident.check_open()
    findings = incident.findings
    changed = _set(incident, HEAD, changes), _set(findings, INSIDE, changes)
    if not any(changed):
        return incident
    _check(findings)
    incident.save(update_fields=changed[0])
    findings.save(update_fields=changed[1])
    emit(events.IncidentChanged.of(incident, actor, fields=(*changed[0], *changed[1])))
    return incident


def _set(row: Any, names: tuple[str, ...], changes: dict[str, Any]) -> list[str]:
    """Take over what is different, and return its names."""
    said = {name: _plain(changes[name]) for name in names if name in changes}
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, said[name])
    return changed


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _check(findings: Findings) -> None:
    if findings.begins_at > timezone.now():
        raise InvalidInput.at("/begins_at", "in_the_future", _("An incident has begun already."))
    if findings.ends_at is not None and findings.ends_at < findings.begins_at:
        raise InvalidInput.at("/ends_at", "before_start", _("It ends after it begins."))


@operation
def move_incident(*, actor: Actor, incident: Incident, state: str) -> Incident:
    """Say how far it has come; partners that see it hear of it.

    Raises:
        IncidentMoved: from where it stands it cannot go there.

    Emits: IncidentMoved.
    """
    require(actor, "incidents.run", incident)
    incident = Incident.objects.held(incident.pk)
    before = incident.state
    incident.move_to(state)
    incident.save(update_fields=["state"])
    emit(events.IncidentMoved.of(incident, actor, beside=sharing(incident), before=before, after=state))
    return incident


def sharing(incident: Incident) -> tuple[UUID, ...]:
    """Return the partners that see it now."""
    return tuple(incident.shares.standing().order_by("pk").values_list("partner_id", flat=True))
