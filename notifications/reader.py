"""Notifications read the record: each entry may owe somebody a word."""

from kernel.acting import current_actor
from kernel.events import Record, reads
from notifications.operations import is_owed, make_notices


@reads
def tell(record: Record) -> None:
    if is_owed(record):
        make_notices(actor=current_actor(), record=record)
