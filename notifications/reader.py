"""Notifications read the record: each entry may owe somebody a word."""

from kernel.acting import current_actor
from kernel.events import Record, reads
from kernel.notices import duties
from notifications.operations import make_notices


@reads
def tell(record: Record) -> None:
    if duties(record.name):
        make_notices(actor=current_actor(), record=record)
