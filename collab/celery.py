"""The queue and the clock."""

import logging
import os
import time
from typing import Any

from celery import Celery, Task
from celery.exceptions import Retry
from celery.signals import beat_init, before_task_publish, worker_init

from collab import tracing
from kernel import figures
from kernel.acting import Origin, acting, coming_from, origin
from kernel.actor import Actor
from kernel.spans import Kind, carry, span

logger = logging.getLogger("collab.tasks")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")


@before_task_publish.connect
def bring_the_request(headers: dict[str, Any], **kwargs: Any) -> None:
    """What a request causes carries its id and its trace, through the queue and on to what that causes in turn."""
    headers["request_id"] = origin().request_id
    if trace := carry():
        headers["traceparent"] = trace


@worker_init.connect
@beat_init.connect
def stand_on_guarded_rows(**kwargs: Any) -> None:
    from collab import guard  # the settings that it reads are there by now

    guard.stand()


@worker_init.connect
def trace_what_is_done(**kwargs: Any) -> None:
    tracing.start()


class ActingTask(Task):
    """A task acts as the platform, in the name of the task itself, for the request that asked for it."""

    abstract = True

    def __call__(self, *args: object, **kwargs: object) -> object:
        asked = origin().request_id or self.request.get("request_id") or ""
        with (
            coming_from(Origin(request_id=asked)),
            acting(Actor.system(self.name.replace(".tasks.", "."))),
            span(self.name, Kind.TASK, self.request.get("traceparent") or "", **{"collab.request_id": asked}),
        ):
            began, outcome = time.perf_counter(), "failed"
            try:
                self._spare_the_worker()
                result = super().__call__(*args, **kwargs)
                outcome = "done"
                return result
            except Retry:
                outcome = "again"
                raise
            finally:
                took = time.perf_counter() - began
                figures.task_ended(self.name, outcome, took)
                told = {"task": self.name, "outcome": outcome, "ms": round(took * 1000, 1)}
                logger.info("task ended", extra={"facts": told})

    def _spare_the_worker(self) -> None:
        """Begin no task that has taken down every worker before."""
        from operating.watch import spare_the_worker  # the apps are there by now

        if (self.request.delivery_info or {}).get("redelivered"):
            spare_the_worker(self.request.id)


app = Celery("collab", task_cls=ActingTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
