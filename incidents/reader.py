"""Incidents read the record: what somebody was to do for an organization is handed on when they leave it."""

from uuid import UUID

from incidents.operations import hand_on_tasks
from kernel.acting import current_actor
from kernel.events import Record, reads

LEAVES = "orgs.membership_ended"


@reads
def hand_on(record: Record) -> None:
    if record.name == LEAVES:
        said = record.payload
        hand_on_tasks(
            actor=current_actor(),
            user_id=UUID(said["user_id"]),
            organization_id=UUID(said["organization_id"]),
            heir_id=UUID(said["handover_id"]) if said.get("handover_id") else None,
        )
