"""A reader who takes nothing for a while: nobody waits for them, and they learn what they missed."""

import asyncio
import json
from typing import Any

import pytest

from tests.realtime.conftest import PATIENCE


class Stalled:
    """A socket whose other side stops reading whenever the test says so."""

    def __init__(self, loop: asyncio.AbstractEventLoop, secret: str) -> None:
        from collab.asgi import application  # asks the database, which no event loop may

        self.loop = loop
        self.application = application
        self._ask(self._open(secret))

    async def _open(self, secret: str) -> None:
        self.said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.reads = asyncio.Event()
        self.reads.set()
        headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {secret}".encode())]
        scope = {"type": "websocket", "path": "/ws/v1/", "headers": headers, "client": ("127.0.0.1", 50000)}
        self.said.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(self.application(scope, self.said.get, self._take))
        assert (await self.heard.get())["type"] == "websocket.accept"

    async def _take(self, message: dict[str, Any]) -> None:
        await self.reads.wait()
        self.heard.put_nowait(message)

    def put(self, **frame: Any) -> None:
        self._ask(self.said.put({"type": "websocket.receive", "text": json.dumps(frame)}))

    def hear(self) -> dict[str, Any]:
        return json.loads(self._ask(self.heard.get())["text"])

    def stop_reading(self) -> None:
        self.loop.call_soon_threadsafe(self.reads.clear)

    def read_on(self) -> None:
        self.loop.call_soon_threadsafe(self.reads.set)

    def leave(self) -> None:
        self.read_on()
        self._ask(self.said.put({"type": "websocket.disconnect", "code": 1000}))
        self._ask(self._ended())

    async def _ended(self) -> None:
        await asyncio.wait((self.task,))

    def _ask(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)


@pytest.fixture
def stalled(loop, token, room, ines):
    one = Stalled(loop, token(ines))
    one.put(type="subscribe", topic=room.name)
    assert one.hear()["type"] == "subscribed"
    yield one
    one.leave()


def test_what_does_not_fit_becomes_one_gap(stalled, room, line, wei, monkeypatch):
    monkeypatch.setattr("realtime.sockets.MOST_FRAMES", 10)
    monkeypatch.setattr(
        "realtime.publishing.MOST_TOGETHER", 5
    )  # a crowd is smaller than what a reader may leave waiting
    quick = line(wei)
    quick.subscribe(room.name)

    stalled.stop_reading()
    room.say(*(str(number) for number in range(1, 41)))
    assert [quick.hear()["seq"] for _ in range(40)] == list(range(1, 41))  # others do not wait
    stalled.read_on()

    kept = []
    while (frame := stalled.hear())["type"] != "gap":
        kept.append(frame["seq"])
    assert kept == list(range(1, len(kept) + 1))
    assert 10 <= len(kept) <= 11
    assert frame == {"type": "gap", "topic": room.name, "from": len(kept) + 1, "to": 40}
    room.say("live again")
    assert stalled.hear()["seq"] == 41


def test_who_catches_up_from_far_behind_misses_nothing(room, stalled, monkeypatch):
    monkeypatch.setattr("realtime.sockets.MOST_FRAMES", 10)
    for number in range(300):
        room.write(str(number))

    stalled.put(type="subscribe", topic=room.name, since=0)

    assert stalled.hear()["type"] == "subscribed"
    assert [stalled.hear()["seq"] for _ in range(300)] == list(range(1, 301))
