"""What the workers do now, what waits for them, and what they have done. Names and times; never what it is about."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import redis
from django.conf import settings
from django.utils import timezone

from collab.queues import QUEUES
from operating.watch import DONE, LAST

SHOWN = 20


@dataclass(frozen=True)
class Run:
    name: str
    at: datetime | None = None
    worker: str = ""


@dataclass(frozen=True)
class Picture:
    running: list[Run]
    waiting: list[tuple[str, int]]
    length: int
    done: list[tuple[str, int]]
    last: list[Run]
    answers: bool


def picture() -> Picture:
    valkey = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, decode_responses=True)
    now = _running()
    counted = valkey.hgetall(f"{DONE}:{timezone.now():%Y-%m-%d}")
    return Picture(
        running=now or [],
        waiting=_by_name([one for queue in QUEUES for one in valkey.lrange(queue, 0, 999)]),
        length=sum(valkey.llen(queue) for queue in QUEUES),
        done=sorted(((name, int(count)) for name, count in counted.items()), key=lambda one: -one[1]),
        last=[
            Run(name, datetime.fromisoformat(at))
            for name, at in map(json.loads, valkey.lrange(LAST, 0, SHOWN))
        ],
        answers=now is not None,
    )


def _running() -> list[Run] | None:
    """Return what the workers say they are at; None where none answers."""
    from collab.celery import app

    told = app.control.inspect(timeout=0.5).active()
    if told is None:
        return None
    return [_run(worker, one) for worker, tasks in told.items() for one in tasks]


def _run(worker: str, told: dict[str, Any]) -> Run:
    began = told.get("time_start")
    at = datetime.fromtimestamp(began, timezone.get_current_timezone()) if began else None
    return Run(told["name"], at, worker)


def _by_name(messages: list[str]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for message in messages:
        name = json.loads(message).get("headers", {}).get("task", "?")
        counts[name] = counts.get(name, 0) + 1
    return sorted(counts.items(), key=lambda one: -one[1])
