"""Watching reads the record: whatever an outsider does is held against the rules soon after it is sealed."""

import logging
from collections.abc import Sequence

from celery import current_app

from kernel.events import Record, reads_together
from watching.counting import person_of
from watching.pace import is_first, place_of

logger = logging.getLogger("collab.watching")
PAUSE_SECONDS = 15


@reads_together
def weigh(records: Sequence[Record]) -> None:
    """Leave it to the queue, once for what one person does of one kind in one place within some seconds.

    The newest of it is weighed, and counts what came before: nothing is missed but what nobody follows up when the queue
    is emptied by force.
    """
    for said in dict.fromkeys(_said(one) for one in records if person_of(one) is not None):
        try:
            if is_first(said):
                weighing = current_app.tasks["watching.tasks.weigh"]
                weighing.apply_async(said, countdown=PAUSE_SECONDS, retry=False)
        except Exception as error:
            logger.warning("an act was not weighed (%s)", type(error).__name__)


def _said(record: Record) -> tuple[str, ...]:
    return (*place_of(record), str(person_of(record)), record.name)
