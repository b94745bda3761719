"""Watching reads the record: whatever an outsider does is held against the rules once it is sealed."""

from kernel.acting import current_actor
from kernel.events import Record, reads
from watching.operations import weigh_act


@reads
def weigh(record: Record) -> None:
    if record.actor_id is not None:
        weigh_act(actor=current_actor(), record=record)
