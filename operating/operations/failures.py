"""Tasks that failed: kept for a month, tried again where that is safe."""

import logging
from datetime import timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.utils import timezone

from kernel.acting import database
from kernel.actor import Actor
from kernel.events import emit
from kernel.operations import operation
from kernel.rules import require
from operating.errors import NotRetried
from operating.events import TaskRetried
from operating.models import TaskFailure

logger = logging.getLogger("collab.operating")
KEPT = timedelta(days=30)


@operation
def note_task_failure(
    *, actor: Actor, task: str, task_id: str, error: str, ids: list[Any] | None
) -> TaskFailure:
    """Keep that a task has failed, and forget those of long ago; no event, it is no act of anybody.

    Args:
        error: the class of what went wrong; its words may quote what somebody wrote.
        ids: its arguments, if they are nothing but ids.
    """
    TaskFailure.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return TaskFailure.objects.create(task=task[:120], task_id=task_id[:64], error=error[:200], ids=ids)


@operation
def retry_task(*, actor: Actor, failure: TaskFailure) -> TaskFailure:
    """Put a failed task into the queue again.

    Raises:
        NotRetried: somebody was quicker, or its arguments are not kept.

    Emits: TaskRetried.
    """
    require(actor, "operating.operate", failure)  # first: nobody else's login may even look
    failure = TaskFailure.objects.locked(failure.pk)
    if not failure.is_safe:
        raise NotRetried
    failure.retried_at = timezone.now()
    failure.save(update_fields=["retried_at"])
    emit(TaskRetried(actor=actor, failure_id=failure.pk, task=failure.task))
    task, ids = failure.task, failure.ids
    transaction.on_commit(lambda: current_app.send_task(task, ids, retry=False), using=database())
    return failure
