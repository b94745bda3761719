"""What is counted while the platform works; ``collab/metrics.py`` shows it. No label names anybody or anything.

Each process counts into a file of its own where PROMETHEUS_MULTIPROC_DIR is set, else in its memory.
"""

from django.db.backends.postgresql.base import DatabaseWrapper
from prometheus_client import Counter, Gauge, Histogram

METHODS = {
    "GET",
    "HEAD",
    "OPTIONS",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
}  # others are "other": anybody may invent one
ANSWERS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
WORK = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300)

REQUESTS = Counter("collab_requests", "Requests answered", ["route", "method", "status"])
REQUEST_SECONDS = Histogram("collab_request_seconds", "Time to answer", ["route", "method"], buckets=ANSWERS)
TASKS = Counter("collab_tasks", "Tasks ended", ["task", "outcome"])
TASK_SECONDS = Histogram("collab_task_seconds", "Time a task took", ["task"], buckets=WORK)
SOCKETS = Gauge("collab_sockets", "WebSockets open", multiprocess_mode="livesum")
FRAMES = Counter("collab_frames", "Frames sent to WebSockets")
POSTS = Counter("collab_posts", "Messages posted")
MAILS = Counter("collab_mails", "Mails handed to the mail server", ["outcome"])
PUSHES = Counter("collab_pushes", "Tries to tell a device by push", ["outcome"])
POOL = Gauge(
    "collab_pool_connections", "Database connections", ["login", "state"], multiprocess_mode="livesum"
)
POOL_WAITING = Gauge(
    "collab_pool_waiting", "Threads that wait for a connection", ["login"], multiprocess_mode="livesum"
)


def answered(route: str, method: str | None, status: int, seconds: float) -> None:
    known = method if method in METHODS else "other"
    REQUESTS.labels(route, known, status).inc()
    REQUEST_SECONDS.labels(route, known).observe(seconds)
    note_pools()


def note_pools() -> None:
    """Say how this process's database connections are used; a login that it has not used yet has no pool."""
    for login, pool in DatabaseWrapper._connection_pools.items():  # type: ignore[attr-defined]
        stats = pool.get_stats()
        idle = stats.get("pool_available", 0)
        POOL.labels(login, "idle").set(idle)
        POOL.labels(login, "busy").set(stats.get("pool_size", 0) - idle)
        POOL_WAITING.labels(login).set(stats.get("requests_waiting", 0))


def task_ended(task: str, outcome: str, seconds: float) -> None:
    TASKS.labels(task, outcome).inc()
    TASK_SECONDS.labels(task).observe(seconds)
    note_pools()
