"""Who is told of a request, and asked again whether they may still know of it when the word is made."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse

from approvals.models import Instance
from kernel.actor import Actor
from kernel.events import Record
from kernel.notices import Due, owes, still_in


def may_still_see(person: Any, dues: Iterable[Due]) -> list[Due]:
    seen = Instance.objects.visible_to(Actor.person(person))
    return still_in(seen, dues, lambda due: UUID(due.url.rstrip("/").rpartition("/")[2]))


def address(record: Record) -> str:
    return reverse("approval", args=[record.payload["instance_id"]])


@owes("approvals.step_started", kind="approval", mail=True, still_may=may_still_see)
def those_who_are_asked(record: Record) -> Iterator[Due]:
    for user_id in record.payload["user_ids"]:
        yield Due(UUID(user_id), address(record), "later")


@owes("approvals.request_settled", kind="approval", still_may=may_still_see)
def who_asked(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["initiator_id"]), address(record))


@owes("approvals.request_withdrawn", kind="approval", still_may=may_still_see)
def those_who_need_not_decide_any_more(record: Record) -> Iterator[Due]:
    for user_id in people_of(record):
        yield Due(user_id, address(record))


@owes("approvals.request_commented", kind="approval", still_may=may_still_see)
def those_who_hear_it(record: Record) -> Iterator[Due]:
    """Both sides hear what is shared; what is internal only the author's."""
    side = None if record.payload["audience"] == "shared" else record.org_id
    for user_id in people_of(record, side):
        yield Due(user_id, address(record))


def people_of(record: Record, side: UUID | None = None) -> set[UUID]:
    """Return those concerned. The record itself does not name them: it is read on both sides."""
    instance = Instance.objects.filter(pk=record.payload["instance_id"]).first()
    return instance.people(side) if instance else set()
