"""Tasks are added, given to somebody, done, and told of when they are late."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from incidents import events
from incidents.models import Incident, Task
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotVisible
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from orgs.models import Membership, Organization
from orgs.policies import WORKING


@operation
def add_task(
    *,
    actor: Actor,
    incident: Incident,
    title: str,
    due_at: datetime | None = None,
    side: Organization | None = None,
    assignee: User | None = None,
) -> Task:
    """Put something more on the list.

    Args:
        side: who is to do it: whose incident it is, or a partner that sees it.

    Raises:
        IncidentClosed: it has to be opened again first.
        InvalidInput: that organization, or that person, cannot be given it.

    Emits: TaskAdded; TaskGiven, if somebody else is to do it.
    """
    require(actor, "incidents.run", incident)
    incident = Incident.objects.held(incident.pk)
    incident.check_open()
    last = incident.tasks.aggregate(Max("place"))["place__max"] or 0
    task = Task(incident=incident, organization=incident.organization, side=incident.organization)
    task.place, task.title, task.due_at = last + 1, title.strip(), due_at
    is_given = _give(task, side or incident.organization, assignee)
    task.save(force_insert=True)
    emit(events.TaskAdded.about(task, actor))
    if is_given:
        emit(events.TaskGiven.about(task, actor))
    return task


@operation
def change_task(*, actor: Actor, task: Task, **changes: Any) -> Task:
    """Say otherwise what is to be done (``title``), or until when (``due_at``).

    Raises:
        IncidentClosed: it has to be opened again first.

    Emits: TaskChanged, if something changed.
    """
    require(actor, "incidents.run", task.incident)
    task = _of(Incident.objects.held(task.incident_id), task)
    task.incident.check_open()
    before = task.title, task.due_at
    if changes.get("title"):
        task.title = changes["title"].strip()
    if "due_at" in changes:
        task.falls_due(changes["due_at"])
    if before != (task.title, task.due_at):
        task.save(update_fields=["title", "due_at", "told_at"])
        emit(events.TaskChanged.about(task, actor))
    return task


@operation
def give_task(
    *, actor: Actor, task: Task, side: Organization | None = None, assignee: User | None = None
) -> Task:
    """Say who is to do it. Who steers the side that it was given to chooses among its own people alone.

    Raises:
        InvalidInput: that organization, or that person, cannot be given it.
        IncidentClosed: it has to be opened again first.

    Emits: TaskGiven, if it is somebody else than before.
    """
    task = locked(task)
    require(actor, "incidents.give_task", task)
    task.incident.check_open()
    side = side or task.side
    if side != task.side:
        require(actor, "incidents.run", task.incident)
    if _give(task, side, assignee):
        task.save(update_fields=["side", "assignee"])
        emit(events.TaskGiven.about(task, actor))
    return task


def _give(task: Task, side: Organization, assignee: User | None) -> bool:
    """Set who is to do it, and tell whether that is news."""
    is_own = side.pk == task.organization_id
    if not (is_own or task.incident.shares.standing().filter(partner=side).exists()):
        raise InvalidInput.at("/side", "not_shared", _("Share the incident with them first."))
    if assignee is not None:
        people = Membership.objects.active().filter(organization=side, role__in=WORKING)
        if not people.filter(user=assignee).exists():
            raise InvalidInput.at("/assignee", "not_theirs", _("They do not work for this organization."))
    is_news = (side.pk, assignee and assignee.pk) != (task.side_id, task.assignee_id)
    task.side, task.assignee = side, assignee
    return is_news


@operation
def settle_task(*, actor: Actor, task: Task, is_done: bool, note: str = "") -> Task:
    """Say that it is done, or that it is not after all.

    Args:
        note: what was done; whoever sees the task reads it.

    Raises:
        TaskSettled: it stands so already.
        IncidentClosed: it has to be opened again first.

    Emits: TaskDone or TaskReopened.
    """
    task = locked(task)
    require(actor, "incidents.settle_task", task)
    task.incident.check_open()
    task.settle(is_done, by=actor, note=note)
    task.save(update_fields=["done_at", "done_by", "note"])
    emit((events.TaskDone if is_done else events.TaskReopened).about(task, actor))
    return task


@operation
def remove_task(*, actor: Actor, task: Task) -> None:
    """Take it off the list; the record keeps that it stood there.

    Raises:
        IncidentClosed: it has to be opened again first.

    Emits: TaskRemoved.
    """
    require(actor, "incidents.run", task.incident)
    task = _of(Incident.objects.held(task.incident_id), task)
    task.incident.check_open()
    emit(events.TaskRemoved.about(task, actor))
    Task.objects.filter(pk=task.pk).delete()


@operation
def tell_overdue(*, actor: Actor, task: Task) -> None:
    """Tell of a task that it is late, once.

    Emits: TaskOverdue, unless somebody has done it or told of it meanwhile.
    """
    require(actor, "incidents.keep_time")
    task = locked(task)
    if task.is_overdue and task.told_at is None and not task.incident.is_closed:
        task.told_at = timezone.now()
        task.save(update_fields=["told_at"])
        emit(events.TaskOverdue.about(task, actor))


@operation
def pass_tasks_on(*, actor: Actor, tasks: Sequence[Task]) -> None:
    """Tell who steers a side what one of its people has let wait. Where nobody else steers it, nobody is told.

    Emits: TaskPassedOn, for each that somebody is told of.
    """
    require(actor, "incidents.keep_time")
    steering: dict[UUID, list[UUID]] = defaultdict(list)
    found = Membership.objects.steering().filter(organization__in={one.side_id for one in tasks})
    for side_id, user_id in found.order_by("pk").values_list("organization_id", "user_id"):
        steering[side_id].append(user_id)
    for task in tasks:
        others = tuple(one for one in steering[task.side_id] if one != task.assignee_id)
        if others:
            emit(events.TaskPassedOn.within(task, others))


@operation
def hand_on_tasks(*, actor: Actor, user_id: UUID, organization_id: UUID, heir_id: UUID | None) -> None:
    """Give what somebody was to do to whoever takes over from them; to nobody by name where there is none."""
    require(actor, "incidents.keep_time")
    heirs = Membership.objects.active().filter(organization=organization_id, role__in=WORKING, user=heir_id)
    heir = heir_id if heir_id is not None and heirs.exists() else None
    Task.objects.open().filter(assignee=user_id, side=organization_id).update(assignee=heir)


def locked(task: Task) -> Task:
    """Return the task as it is now, held. A partner's people may not hold the incident: the task alone is."""
    rows = Task.objects.select_related("incident__organization", "side", "assignee")
    found = rows.select_for_update(of=("self",), no_key=True).filter(pk=task.pk).first()
    if found is None:
        raise NotVisible  # what was shared has ended since the door looked
    return found


def _of(incident: Incident, task: Task) -> Task:
    task = locked(task)
    task.incident = incident
    return task
