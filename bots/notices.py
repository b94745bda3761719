"""Who is told of bots: those who decide for the others in the room, and those whose bot is refused."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse

from kernel.events import Record
from kernel.notices import Due, owes
from workspaces.models import Member


def _managers(record: Record) -> Any:
    seats = Member.objects.seated().filter(workspace=record.workspace_id, role=Member.Role.MANAGER)
    return seats.order_by("pk").values_list("user_id", flat=True)


@owes("bots.bot_created", kind="workspace")
def those_who_might_refuse(record: Record) -> Iterator[Due]:
    others = _managers(record).exclude(organization=record.payload["organization_id"])
    for user_id in others:
        yield Due(user_id, reverse("bots", args=[record.workspace_id]))


@owes("bots.bot_refused", "bots.bot_let_in", kind="workspace")
def those_who_run_it(record: Record) -> Iterator[Due]:
    for user_id in _managers(record).filter(organization=record.payload["organization_id"]):
        yield Due(user_id, reverse("bot", args=[UUID(record.payload["bot_id"])]))
