"""Who is told of a request, and asked again whether they may still know of it when the word is made."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse

from approvals.models import Instance
from kernel.actor import Actor
from kernel.events import Record
from kernel.notices import Due, owes


def may_still_see(person: Any, due: Due) -> bool:
    key = UUID(due.url.rstrip("/").rpartition("/")[2])
    return Instance.objects.visible_to(Actor.person(person)).filter(pk=key).exists()


def address(record: Record) -> str:
    return reverse("approval", args=[record.payload["instance_id"]])


@owes("approvals.step_started", kind="approval", mail=True, still_may=may_still_see)
def those_who_are_asked(record: Record) -> Iterator[Due]:
    for user_id in record.payload["user_ids"]:
        yield Due(UUID(user_id), address(record), "later")


@owes(
    "approvals.request_settled",
    "approvals.request_withdrawn",
    "approvals.request_commented",
    kind="approval",
    still_may=may_still_see,
)
def those_concerned(record: Record) -> Iterator[Due]:
    for user_id in record.payload["user_ids"]:
        yield Due(UUID(user_id), address(record))
