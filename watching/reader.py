"""Watching reads the record: whatever an outsider does is held against the rules once it is sealed."""

from kernel.acting import current_actor
from kernel.events import Record, reads
from watching.counting import person_of
from watching.operations import weigh_act


@reads
def weigh(record: Record) -> None:
    if person_of(record) is not None:
        weigh_act(actor=current_actor(), record=record)
