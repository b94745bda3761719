"""The clock of the platform: one of them ticks, however many were started.

``python -m collab.clock FILE`` is one; FILE keeps when it has last sent what.
"""

import os
import signal
import socket
import sys
from typing import Any

import redis
from celery.beat import PersistentScheduler, Service
from django.conf import settings
from django.utils.log import configure_logging

from collab.celery import app

KEY = "collab:clock"
HELD_SECONDS = 15  # after the one that ticks has died, another takes over
LOOK_SECONDS = 5.0


class OneClock(PersistentScheduler):
    """Celery's own clock, which ticks only while it holds the mark in Valkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._me = f"{socket.gethostname()}:{os.getpid()}"
        self._valkey = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, decode_responses=True)
        super().__init__(*args, **kwargs)
        self.max_interval = min(self.max_interval, LOOK_SECONDS)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        return super().tick(*args, **kwargs) if self.is_the_one() else LOOK_SECONDS

    def is_the_one(self) -> bool:
        """Take the mark if nobody has it, or keep it a while longer."""
        try:
            if self._valkey.set(KEY, self._me, nx=True, ex=HELD_SECONDS):
                return True
            return self._valkey.get(KEY) == self._me and bool(self._valkey.expire(KEY, HELD_SECONDS))
        except redis.RedisError:
            return False  # no broker: nothing could be sent anyway

    def close(self) -> None:
        super().close()
        try:
            if self._valkey.get(KEY) == self._me:
                self._valkey.delete(KEY)
        except redis.RedisError:
            return


def main(file: str) -> None:
    """Tick until told to stop. What is sent are names of tasks, so neither these nor our apps are loaded."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # it keeps its file and gives the mark back
    Service(app, scheduler_cls=OneClock, schedule_filename=file).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
