"""A real worker tells a real host; killed in the middle, it leaves nothing untold."""

import os
import threading
from pathlib import Path

import pytest
from django.utils import timezone
from standardwebhooks import Webhook as Verifier

from chat.operations import post_message
from collab import processes, supervisor
from collab.celery import app
from tests.kernel.receivers import hear, listening
from webhooks.models import Delivery
from webhooks.operations import create_webhook

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120  # seconds; a worker takes its time to start on a busy machine


class Slow:
    """A host that holds the first line for as long as the test wants, and takes what comes after."""

    def __init__(self):
        self.heard = []
        self.first, self.second, self.go_on = threading.Event(), threading.Event(), threading.Event()

    def talk(self, line):
        head, _, body = hear(line).partition(b"\r\n\r\n")
        lines = [one.partition(": ") for one in head.decode().split("\r\n")[1:]]
        self.heard.append(({name.lower(): value for name, _, value in lines}, body))
        if len(self.heard) == 1:
            self.first.set()
            self.go_on.wait(PATIENCE)
        line.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        if len(self.heard) > 1:
            self.second.set()


@pytest.fixture
def start(transactional_db, tmp_path):
    """Return how to start a worker on this test's database; those that still run are ended."""
    started = []
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "collab.settings", "OUTGOING_TO_LOOPBACK": "true"}

    def start():
        with (tmp_path / "worker.log").open("ab") as log:
            started.append(supervisor.start(processes.worker(1), env=env, cwd=ROOT, log=log))
        return started[-1]

    yield start
    for child in started:
        supervisor.end(child)


def test_a_worker_that_is_killed_while_it_tells_leaves_it_to_the_next(cast, start, settings):
    settings.OUTGOING_TO_LOOPBACK = True
    host = Slow()
    with listening(host.talk) as (port, _met):
        webhook = create_webhook(
            actor=cast.nora,
            organization=cast.northwind,
            name="ERP",
            url=f"http://127.0.0.1:{port}/",
            events=["message.posted"],
        )
        worker = start()
        post_message(actor=cast.sol, channel=cast.general, body="The samples leave on Friday.")
        assert host.first.wait(PATIENCE), "premise: the worker is in the middle of it"
        worker.kill()
        worker.wait()
        host.go_on.set()

        delivery = Delivery.objects.get(webhook=webhook)
        assert (delivery.state, delivery.attempts) == ("waiting", 1)
        assert delivery.due_at > timezone.now(), "its lease is still running"
        Delivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now())  # a minute later
        start()
        app.send_task("webhooks.tasks.deliver_waiting")  # as the clock does
        assert host.second.wait(PATIENCE)

    (once, again) = host.heard
    assert once[0]["webhook-id"] == again[0]["webhook-id"]
    assert (
        Verifier(webhook.secret).verify(again[1], again[0])["data"]["body"] == "The samples leave on Friday."
    )
