"""A webhook of each side of apollo, and a host of ours that hears them."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from audit.models import Outbox
from audit.tasks import seal
from tests.kernel.receivers import hear, listening
from webhooks.catalogue import CATALOGUE
from webhooks.models import Delivery
from webhooks.operations import create_webhook
from webhooks.tasks import deliver

PUBLIC = "https://93.184.215.14/hooks"  # nobody calls it in a test


@dataclass
class Host:
    """Hears what is told, and answers as the test wants: one answer after the other, the last one for ever."""

    url: str = ""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # the addresses, as they stood in the first line
    answers: list[bytes] = field(default_factory=lambda: [b"HTTP/1.1 204 No Content\r\n\r\n"])

    def talk(self, line: Any) -> None:
        head, _, body = hear(line).partition(b"\r\n\r\n")
        self.asked.append(head.split(b" ")[1].decode())
        lines = [one.partition(": ") for one in head.decode().split("\r\n")[1:]]
        self.heard.append(({name.lower(): value for name, _, value in lines}, body))
        line.sendall(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.heard]

    def says(self, status: int, body: bytes = b"") -> None:
        said = f"HTTP/1.1 {status} So\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        self.answers = [said]


@pytest.fixture
def host(settings):
    settings.OUTGOING_TO_LOOPBACK = True
    here = Host()
    with listening(here.talk) as (port, _met):
        here.url = f"http://127.0.0.1:{port}/in?key=secret"
        yield here


@pytest.fixture
def opened(cast, host):
    """Open a webhook to the host, of somebody's organization."""

    def open_one(who="nora", **said):
        actor = cast.actor(who)
        said = {"name": "ERP", "url": host.url, "events": list(CATALOGUE), **said}
        return create_webhook(actor=actor, organization=actor.org, **said)

    Outbox.objects.all().delete()  # what the world did before is told to nobody
    return open_one


@pytest.fixture
def carry():
    """Seal the record, let its readers read, and carry what is owed, as the worker does."""

    def all_of_it():
        seal()
        for delivery_id in Delivery.objects.due().order_by("pk").values_list("pk", flat=True):
            deliver(str(delivery_id))

    return all_of_it
