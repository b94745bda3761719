"""Notifications read the record: each entry may owe somebody a word."""

from collections.abc import Sequence

from kernel.acting import current_actor
from kernel.events import Record, reads_together
from notifications.operations import make_all_notices


@reads_together
def tell(records: Sequence[Record]) -> None:
    make_all_notices(actor=current_actor(), records=records)
