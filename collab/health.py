"""Whether the process lives, and whether what it leans on answers."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from collab import guard

logger = logging.getLogger("collab.health")


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say which of database, broker and worker answer; 503 unless all do."""
    answers = {name: _answers(name, ask) for name, ask in PARTS.items()}
    ready = all(answers.values())
    said = {name: "ok" if answer else "unavailable" for name, answer in answers.items()}
    response = JsonResponse(
        {"status": "ok" if ready else "unavailable", **said}, status=200 if ready else 503
    )
    response.headers["Cache-Control"] = "no-store"
    if not ready:
        response.headers["Retry-After"] = "2"
    return response


def _answers(name: str, ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except Exception as error:
        logger.warning("%s does not answer (%s)", name, type(error).__name__)
        return False


def _database() -> bool:
    """Tell whether it answers, and still keeps tenants apart: the load balancer shall not lead people here else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        answers = cursor.fetchone() == (1,)
    for fault in guard.lately():
        logger.error("the database is not fit to serve from: %s", fault)
        answers = False
    return answers


def _broker() -> bool:
    cache.set("readyz", "ok", 10)
    return cache.get("readyz") == "ok"


def _worker() -> bool:
    """Ask the workers by name of the queue; what one said within ten seconds still counts."""
    from collab.celery import app

    if cache.get("readyz.worker"):
        return True
    answered = bool(app.control.ping(timeout=1.0, limit=1))
    if answered:
        cache.set("readyz.worker", "ok", settings.WORKER_TRUSTED_SECONDS)
    return answered


PARTS: dict[str, Callable[[], bool]] = {"database": _database, "broker": _broker, "worker": _worker}
