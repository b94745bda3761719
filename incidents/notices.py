"""Who is told: whoever is to do something, those who steer their side, and a partner that is let in."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse

from incidents.models import Incident
from kernel.actor import Actor
from kernel.events import Record
from kernel.notices import Due, owes, still_in
from orgs.notices import is_steering, key, steering


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


@owes("incidents.task_given", kind="incident", mail=True, still_may=still_sees)
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
