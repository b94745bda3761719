"""Watching reads the record: whatever an outsider does is held against the rules soon after it is sealed."""

import logging

from celery import current_app

from kernel.events import Record, reads
from watching.counting import person_of
from watching.pace import is_first, place_of

logger = logging.getLogger("collab.watching")
PAUSE_SECONDS = 15


@reads
def weigh(record: Record) -> None:
    """Leave it to the queue, once for what one person does of one kind in one place within some seconds.

    The newest of it is weighed, and counts what came before: nothing is missed but what nobody follows up when the queue
    is emptied by force.
    """
    person = person_of(record)
    if person is None:
        return
    said = [*place_of(record), str(person), record.name]
    try:
        if is_first(said):
            current_app.tasks["watching.tasks.weigh"].apply_async(said, countdown=PAUSE_SECONDS, retry=False)
    except Exception as error:
        logger.warning("an act was not weighed (%s)", type(error).__name__)
