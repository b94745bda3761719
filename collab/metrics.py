"""What Prometheus asks for: ``python -m collab.metrics`` listens on METRICS_HOST:METRICS_PORT, apart from the doors.

It adds up what the processes of this machine count, and asks the database what waits.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import django
import redis
from django.conf import settings
from django.db import close_old_connections, connections
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from collab.queues import QUEUES
from kernel.acting import acting, database
from kernel.actor import Actor

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# What waits, and for how long the oldest of it has: a figure of rows, never one of theirs.
ASKED = {
    "collab_audit_unsealed": (
        "Events that are not sealed into the record yet",
        "SELECT count(*) FROM audit_outbox WHERE sealed_at IS NULL AND parked_at IS NULL",
    ),
    "collab_audit_parked": (
        "Events that could not be sealed and wait for an operator",
        "SELECT count(*) FROM audit_outbox WHERE parked_at IS NOT NULL",
    ),
    "collab_outbox_age_seconds": (
        "Age of the oldest event that was not passed on yet",
        "SELECT coalesce(extract(epoch FROM now() - min(at)), 0) FROM audit_outbox WHERE parked_at IS NULL",
    ),
    "collab_deliveries_waiting": (
        "Mails that are due and were not sent",
        "SELECT count(*) FROM notifications_delivery WHERE state = 'waiting' AND due_at <= now()",
    ),
    "collab_delivery_age_seconds": (
        "How long the oldest mail has been due",
        "SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0) FROM notifications_delivery"
        " WHERE state = 'waiting' AND due_at <= now()",
    ),
}


class Waiting:
    """What only the database knows; its connection is given back ``afterwards``."""

    def __init__(self, afterwards: Callable[[], None] = close_old_connections) -> None:
        self._afterwards = afterwards

    def collect(self) -> Iterator[Metric]:
        try:
            with acting(Actor.system("metrics")), connections[database()].cursor() as cursor:
                for name, (words, sql) in ASKED.items():
                    cursor.execute(sql)
                    yield GaugeMetricFamily(name, words, value=float(cursor.fetchone()[0]))
            up = 1
        except django.db.Error:
            up = 0
        finally:
            self._afterwards()
        yield GaugeMetricFamily("collab_database_up", "Whether the database answered", value=up)


class Queues:
    """How many tasks wait in each queue; nothing where Valkey is away."""

    def collect(self) -> Iterator[Metric]:
        valkey = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2)
        found = GaugeMetricFamily(
            "collab_tasks_waiting", "Tasks that no worker has taken yet", labels=["queue"]
        )
        try:
            for queue in QUEUES:
                found.add_metric([queue], float(valkey.llen(queue)))  # type: ignore[arg-type]
        except redis.RedisError:
            return
        yield found


class Processes:
    """The counts of every process, without what a dead one held."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sum = MultiProcessCollector(None, path=str(folder))

    def collect(self) -> Iterator[Metric]:
        for file in self.folder.glob("gauge_live*.db"):
            pid = file.stem.rpartition("_")[2]
            if not Path(f"/proc/{pid}").exists():
                mark_process_dead(int(pid), path=str(self.folder))
        yield from self._sum.collect()


def registry(folder: Path) -> CollectorRegistry:
    found = CollectorRegistry()
    found.register(Waiting())
    found.register(Queues())
    found.register(Processes(folder))
    return found


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")
    django.setup()
    port, host = int(os.environ["METRICS_PORT"]), os.environ.get("METRICS_HOST") or "127.0.0.1"
    _, listening = start_http_server(port, host, registry(Path(os.environ[FOLDER])))
    listening.join()


if __name__ == "__main__":
    main()
