"""The record reads itself: once a chain has told whom it forgets, what it holds about them is erased."""

from uuid import UUID

from audit.events import PersonForgotten
from audit.operations import erase_forgotten
from audit.operations.sealing import places_of
from kernel.acting import current_actor
from kernel.events import Record, reads


@reads
def erase(record: Record) -> None:
    if record.name == PersonForgotten.name:
        people = [UUID(one) for one in record.payload["people"]]
        for kind, noun_id in places_of(record):
            erase_forgotten(actor=current_actor(), kind=kind, noun_id=noun_id, people=people)
