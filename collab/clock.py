"""The clock of the platform: one of them ticks, however many were started."""

import os
import socket
from typing import Any

import redis
from celery.beat import PersistentScheduler
from django.conf import settings

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
