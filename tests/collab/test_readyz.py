"""Whether the process lives, and whether what it leans on answers."""

import pytest
from django.core.cache import cache
from django.test import Client

from collab import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def anybody():
    cache.clear()
    return Client(HTTP_HOST="localhost")


def test_a_process_that_lives_says_so(anybody):
    assert anybody.get("/healthz").status_code == 200


def test_a_missing_worker_is_named(anybody):
    answer = anybody.get("/readyz")  # tests have no worker

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "database": "ok",
        "broker": "ok",
        "worker": "unavailable",
    }
    assert answer.headers["Retry-After"]


def test_with_all_three_it_is_ready(anybody):
    cache.set("readyz.worker", "ok", 10)  # one answered a moment ago

    assert anybody.get("/readyz").status_code == 200


def test_one_that_fails_is_named_and_nothing_else_told(anybody, monkeypatch):
    def fail():
        raise ConnectionError("password of somebody")

    monkeypatch.setitem(health.PARTS, "database", fail)
    answer = anybody.get("/readyz")

    assert answer.json()["database"] == "unavailable"
    assert b"password" not in answer.content
