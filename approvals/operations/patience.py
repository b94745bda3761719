"""What a step does when its people let it wait."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from approvals.events import StepPassedOn, on_behalf_of
from approvals.models import Assignment
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from orgs.models import Membership


@operation
def tell_who_steers(*, actor: Actor, slots: Sequence[Assignment]) -> None:
    """Tell the owners and admins of an organization what one of its people has let wait; those who are asked
    themselves know it. Where nobody else steers it, nobody is told.

    Emits: StepPassedOn, for each slot that somebody is told of.
    """
    runs = {one.run_id for one in slots}
    asked = set(Assignment.objects.filter(run__in=runs).values_list("run_id", "principal_id"))
    steering: dict[UUID, list[UUID]] = {}
    found = Membership.objects.steering().filter(organization__in={one.run.party_org_id for one in slots})
    for organization_id, user_id in found.order_by("pk").values_list("organization_id", "user_id"):
        steering.setdefault(organization_id, []).append(user_id)
    for slot in slots:
        people = steering.get(slot.run.party_org_id, [])
        others = tuple(one for one in people if (slot.run_id, one) not in asked)
        if others:
            emit(_passed_on(slot, others))


def _passed_on(slot: Assignment, others: tuple[UUID, ...]) -> Any:
    org = slot.run.party_org
    return StepPassedOn.of(
        slot.instance,
        on_behalf_of(org),
        org_ids=(org.pk,),
        node=slot.run.node,
        who_id=slot.principal_id,
        who=slot.principal.name,
        user_ids=others,
    )
