"""What a command asks the queue for once it is written. It may be lost: the rows themselves say what is still to be done."""

from functools import partial
from uuid import UUID

from celery import current_app
from django.db import transaction

from kernel.acting import database


def ask(task: str, key: UUID) -> None:
    """Have a task of ours look at something; verbs do not know the tasks that call them, but by name."""
    transaction.on_commit(partial(_send, task, str(key)), using=database(), robust=True)


def _send(task: str, key: str) -> None:
    current_app.tasks[f"approvals.tasks.{task}"].delay(key)
