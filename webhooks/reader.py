"""Webhooks read the record: an entry that is sealed may be told to somebody's systems."""

from collections.abc import Sequence

from kernel.acting import current_actor
from kernel.events import Record, reads_together
from webhooks.catalogue import told_of
from webhooks.operations import owe_deliveries


@reads_together
def owe(records: Sequence[Record]) -> None:
    told = [one for one in records if told_of(one) is not None]
    if told:
        owe_deliveries(actor=current_actor(), records=told)
