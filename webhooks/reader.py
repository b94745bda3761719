"""Webhooks read the record: an entry that is sealed may be told to somebody's systems."""

from kernel.acting import current_actor
from kernel.events import Record, reads
from webhooks.catalogue import told_of
from webhooks.operations import owe_deliveries


@reads
def owe(record: Record) -> None:
    if told_of(record) is not None:
        owe_deliveries(actor=current_actor(), record=record)
