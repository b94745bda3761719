"""The queue and the clock."""

import os

from celery import Celery, Task

from kernel.acting import acting
from kernel.actor import Actor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")


class ActingTask(Task):
    """A task acts as the platform, in the name of the task itself."""

    abstract = True

    def __call__(self, *args: object, **kwargs: object) -> object:
        with acting(Actor.system(self.name.replace(".tasks.", "."))):
            return super().__call__(*args, **kwargs)


app = Celery("collab", task_cls=ActingTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
