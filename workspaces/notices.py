"""Who is told of what happens in a workspace."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse

from kernel.events import Record
from kernel.notices import Due, owes
from orgs.notices import is_steering, steering
from workspaces.models import Member


def room(record: Record) -> str:
    return reverse("workspace", args=[record.workspace_id])


def managers(record: Record) -> Iterator[UUID]:
    seats = Member.objects.seated().filter(workspace=record.workspace_id, role=Member.Role.MANAGER)
    yield from seats.values_list("user_id", flat=True)


@owes("workspaces.participant_invited", kind="invitation", mail=True, still_may=is_steering)
def those_who_answer(record: Record) -> Iterator[Due]:
    for user_id in steering([record.payload["organization_id"]]):
        yield Due(user_id, room(record))


@owes("workspaces.participant_joined", "workspaces.participant_left", kind="workspace")
def those_who_manage(record: Record) -> Iterator[Due]:
    for user_id in managers(record):
        yield Due(user_id, room(record))


@owes("workspaces.member_added", kind="workspace", mail=True)
def the_newcomer(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["user_id"]), room(record), "later")


@owes("workspaces.member_removed", kind="workspace")
def who_went(record: Record) -> Iterator[Due]:
    yield Due(UUID(record.payload["user_id"]), reverse("workspaces"))
