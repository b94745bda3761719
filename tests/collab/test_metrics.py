"""What Prometheus hears: counts of every process and what waits in the database, and nobody's name or id."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.utils import timezone
from prometheus_client import REGISTRY, generate_latest

from audit.models import Outbox
from chat.operations import post_message
from collab import metrics
from collab.queues import OUTGOING, QUEUES
from kernel import figures
from notifications.models import Delivery


def value(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0


def asked():
    """Return what only the database knows, by its name."""
    return {one.name: one.samples[0].value for one in metrics.Waiting(lambda: None).collect()}


def test_what_waits_in_each_queue_is_told(settings):
    valkey = redis.Redis.from_url(settings.REDIS_URL)
    valkey.rpush(OUTGOING, "{}")
    (found,) = metrics.Queues().collect()
    valkey.delete(OUTGOING)

    told = {one.labels["queue"]: one.value for one in found.samples}
    assert (set(told), told[OUTGOING]) == (set(QUEUES), 1)


def test_requests_are_counted_by_route_and_never_by_path(page):
    of_the_inbox = {"route": "inbox/", "method": "GET", "status": "200"}
    before = value("collab_requests_total", **of_the_inbox)

    page("nora").get("/inbox/?q=kanari7f3a")

    assert value("collab_requests_total", **of_the_inbox) == before + 1
    assert value("collab_request_seconds_count", route="inbox/", method="GET") >= 1
    assert b"kanari7f3a" not in generate_latest()


def test_a_method_that_somebody_invents_makes_no_new_row(page):
    page().generic("KANARI", "/inbox/")

    assert b"KANARI" not in generate_latest()
    assert b'method="other"' in generate_latest()


def test_posts_are_counted_when_they_are_committed(cast, django_capture_on_commit_callbacks):
    before = value("collab_posts_total")

    with django_capture_on_commit_callbacks(execute=True):
        post_message(actor=cast.nora, channel=cast.general, body="Hello")

    assert value("collab_posts_total") == before + 1


def test_what_waits_is_asked_of_the_database(cast):
    before = asked()
    post_message(actor=cast.nora, channel=cast.general, body="Hello")
    Outbox.objects.update(at=timezone.now() - timedelta(hours=1))

    after = asked()

    assert before["collab_database_up"] == after["collab_database_up"] == 1
    assert (
        after["collab_audit_unsealed"] == Outbox.objects.unsealed().count() > before["collab_audit_unsealed"]
    )
    assert after["collab_deliveries_waiting"] == Delivery.objects.due().count()
    assert after["collab_outbox_age_seconds"] > 3000


def test_no_label_can_hold_an_id():
    labels = {name for one in vars(figures).values() for name in getattr(one, "_labelnames", ())}

    assert labels == {"route", "method", "status", "task", "outcome", "login", "state"}
    assert not re.search(rb"[0-9a-f]{8}-[0-9a-f]{4}-", generate_latest())


COUNTS = "from kernel import figures; figures.FRAMES.inc(3); figures.SOCKETS.inc(); {}"


def test_processes_are_added_up_and_the_dead_hold_no_sockets(tmp_path: Path):
    env = os.environ | {metrics.FOLDER: str(tmp_path), "DJANGO_SETTINGS_MODULE": "collab.settings"}
    subprocess.run([sys.executable, "-c", COUNTS.format("pass")], env=env, check=True)
    alive = subprocess.Popen(
        [sys.executable, "-c", COUNTS.format("print('counted', flush=True); input()")],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert alive.stdout.readline() == b"counted\n"

    told = {one.name: one.samples[0].value for one in metrics.Processes(tmp_path).collect()}
    alive.communicate(b"\n")

    assert told["collab_frames"] == 6
    assert told["collab_sockets"] == 1


@pytest.mark.parametrize("name", metrics.ASKED)
def test_every_figure_says_what_it_is(name):
    words, sql = metrics.ASKED[name]

    assert words
    assert sql.startswith("SELECT ")
