"""Who is told: whoever is to do something, those who steer their side, and a partner that is let in."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident, Task
from incidents.operations import pass_tasks_on
from kernel.actor import Actor
from kernel.events import Record
from kernel.notices import Act, Due, owes, still_in
from orgs.models import Membership
from orgs.models.organizations import STEERING
from orgs.notices import is_steering, key, steering
from orgs.policies import WORKING


def still_sees(user: Any, dues: Iterable[Due]) -> list[Due]:
    known = Incident.objects.visible_to(Actor.person(user))
    return still_in(known, dues, lambda due: UUID(due.url.strip("/").rpartition("/")[2]))


def _page(record: Record) -> str:
    return reverse("incident", args=[record.payload["incident_id"]])


def _partners(record: Record) -> list[UUID]:
    return [one for one in record.org_ids if str(one) != record.payload["organization_id"]]


def _those_who_do_it(record: Record) -> Iterator[UUID]:
    assignee = key(record, "assignee_id")
    if assignee is not None:
        yield assignee
    else:
        yield from steering([record.payload["side_id"]])


@owes("incidents.incident_opened", kind="incident", mail=True, still_may=still_sees)
def those_who_steer(record: Record) -> Iterator[Due]:
    for user_id in steering([record.payload["organization_id"]]):
        yield Due(user_id, _page(record))


@owes(
    "incidents.incident_shared",
    "incidents.incident_moved",
    "incidents.report_published",
    kind="incident",
    mail=True,
    still_may=still_sees,
)
def those_who_steer_a_partner(record: Record) -> Iterator[Due]:
    for user_id in steering(_partners(record)):
        yield Due(user_id, _page(record))


@owes("incidents.incident_unshared", kind="incident", still_may=is_steering)
def those_who_see_it_no_more(record: Record) -> Iterator[Due]:
    for user_id in steering([record.payload["partner_id"]]):
        yield Due(user_id, reverse("incidents", args=[record.payload["partner_id"]]))


def tasks_of(dues: Sequence[Due]) -> dict[Due, list[Task]]:
    """Return what these people are to do yet: theirs by name, or nobody's by name on a side that they steer."""
    incidents = {due: UUID(due.url.strip("/").rpartition("/")[2]) for due in dues}
    rows = Task.objects.open().within_reach().exclude(incident__state=Incident.State.CLOSED)
    found: dict[UUID, list[Task]] = defaultdict(list)
    for task in rows.filter(incident__in=set(incidents.values())).select_related(
        "incident__organization", "side", "assignee"
    ):
        found[task.incident_id].append(task)
    places = Membership.objects.active().filter(user__in={due.user_id for due in dues}, role__in=WORKING)
    roles = {(user, org): role for user, org, role in places.values_list("user", "organization", "role")}
    theirs = {
        due: [
            one for one in found[key] if _waits_for(one, due.user_id, roles.get((due.user_id, one.side_id)))
        ]
        for due, key in incidents.items()
    }
    return {due: tasks for due, tasks in theirs.items() if tasks}


def _waits_for(task: Task, user_id: UUID, role: str | None) -> bool:
    return task.assignee_id == user_id if role and task.assignee_id else role in STEERING


def _pass_at(task: Task) -> datetime | None:
    """Return when who steers the side is told: at the task's own hour, else when their house says.

    Of their own incident's late tasks they are told anyway.
    """
    if task.assignee_id is None:
        return None
    if task.due_at is not None:
        return task.due_at if task.side_id != task.organization_id else None
    hours = task.side.patience_hours
    return task.created_at + timedelta(hours=hours) if hours else None


def passes_at(dues: Sequence[Due]) -> dict[Due, datetime]:
    found = {due: [at for one in tasks if (at := _pass_at(one))] for due, tasks in tasks_of(dues).items()}
    return {due: min(times) for due, times in found.items() if times}


def pass_on(actor: Actor, dues: Sequence[Due]) -> None:
    now = timezone.now()
    waiting = {one.pk: one for tasks in tasks_of(dues).values() for one in tasks}
    late = [one for one in waiting.values() if (at := _pass_at(one)) and at <= now]
    pass_tasks_on(actor=actor, tasks=late)


@owes("incidents.task_passed_on", kind="incident", mail=True, still_may=still_sees)
def who_steers_their_side(record: Record) -> Iterator[Due]:
    for user_id in record.payload["user_ids"]:
        yield Due(UUID(user_id), _page(record))


@owes(
    "incidents.task_given",
    kind="incident",
    mail=True,
    still_may=still_sees,
    act=Act(tasks_of, passes_at, pass_on),
)
def those_who_do_it(record: Record) -> Iterator[Due]:
    for user_id in _those_who_do_it(record):
        yield Due(user_id, _page(record))


@owes("incidents.task_done", "incidents.task_reopened", kind="incident", still_may=still_sees)
def those_whose_incident_it_is(record: Record) -> Iterator[Due]:
    for user_id in steering([record.payload["organization_id"]]):
        yield Due(user_id, _page(record))


@owes("incidents.task_overdue", kind="incident", mail=True, still_may=still_sees)
def those_who_wait_for_it(record: Record) -> Iterator[Due]:
    waiting = [*_those_who_do_it(record), *steering([record.payload["organization_id"]])]
    for user_id in dict.fromkeys(waiting):
        yield Due(user_id, _page(record))
