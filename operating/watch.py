"""What the workers say of each task: what was done is counted in Valkey, what failed is kept in a table.

Arguments are kept only where they are ids; those of a letter, for one, would name whom it goes to.
"""

import json
import logging
from typing import Any
from uuid import UUID

import redis
from celery.signals import task_failure, task_success
from django.conf import settings
from django.utils import timezone

from kernel.acting import acting
from kernel.actor import Actor
from operating.operations import note_task_failure

logger = logging.getLogger("collab.operating")
DONE, LAST, AGAIN = "operating:done", "operating:last", "operating:again"
KEPT = 30
MOST_WORKERS = 3  # that one task may take down
DAY_SECONDS = 24 * 3600
valkey = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, decode_responses=True)


@task_success.connect
def count_it(sender: Any, **rest: Any) -> None:
    """Two words to Valkey; if it is away, a number is missing and nothing else."""
    now = timezone.now()
    try:
        with valkey.pipeline(transaction=False) as words:
            words.hincrby(f"{DONE}:{now:%Y-%m-%d}", sender.name, 1)
            words.expire(f"{DONE}:{now:%Y-%m-%d}", 2 * DAY_SECONDS)
            words.lpush(LAST, json.dumps([sender.name, now.isoformat()]))
            words.ltrim(LAST, 0, KEPT - 1)
            words.execute()
    except redis.RedisError as error:
        logger.warning("a task was not counted (%s)", type(error).__name__)


class TakesWorkersDown(Exception):
    """Whoever began this task has died of it, time after time."""


def spare_the_worker(task_id: str) -> None:
    """Count that a task has come back from a worker that did not finish it; if Valkey is away, it is begun anyway.

    Raises:
        TakesWorkersDown: this was once too often. It is kept among those that failed, for an operator to look at.
    """
    name = f"{AGAIN}:{task_id}"
    try:
        times = int(valkey.incr(name))  # type: ignore[arg-type]
        valkey.expire(name, DAY_SECONDS)
    except redis.RedisError:
        return
    if times >= MOST_WORKERS:
        raise TakesWorkersDown


@task_failure.connect
def keep_it(sender: Any, task_id: str, exception: Exception, args: Any, kwargs: Any, **rest: Any) -> None:
    """Keep that it failed for good; if the database is away, the log has it."""
    actor = Actor.system("operating.watch")
    try:
        with acting(actor):
            note_task_failure(
                actor=actor,
                task=sender.name,
                task_id=task_id,
                error=type(exception).__name__,
                ids=ids_of(args, kwargs),
            )
    except Exception as error:
        logger.warning("that %s failed could not be kept (%s)", sender.name, type(error).__name__)


def ids_of(args: Any, kwargs: Any) -> list[Any] | None:
    """Return the arguments if they are nothing but ids and numbers, else None."""
    said = list(args or ())
    return said if not kwargs and all(_is_id(one) for one in said) else None


def _is_id(said: Any) -> bool:
    if isinstance(said, (bool, int)):
        return True
    try:
        return isinstance(said, str) and str(UUID(said)) == said
    except ValueError:
        return False
