"""Sockets as clients hold them, on an event loop of their own, and a room whose events these tests make."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from accounts.models import User
from accounts.operations import create_token
from kernel.actor import Actor
from kernel.nouns import uuid7
from realtime import publish
from realtime.topics import KINDS, Frame, Standing, topic

PATIENCE = 15  # seconds, for what must arrive, on a machine that does other things beside
HOME = settings.PUBLIC_URL


class Room:
    """A noun of these tests: it knows who may listen, and counts what is said in it."""

    def __init__(self) -> None:
        self.id = uuid7()
        self.guests: set[UUID] = set()
        self.frames: list[Frame] = []
        self.acl_version = 0
        self.drawn: list[str] = []
        self.looks = 0
        self.asked: Callable[[], None] = lambda: None  # runs while somebody is being let in

    @property
    def name(self) -> str:
        return f"room:{self.id}"

    def write(self, words: str) -> Frame:
        """Say something that the database knows and no screen has heard of."""
        frame = Frame("message.posted", self.name, len(self.frames) + 1, {"words": words})
        self.frames.append(frame)
        return frame

    def show(self, frame: Frame) -> None:
        publish(self.name, frame.type, frame.data, seq=frame.seq, acl_version=self.acl_version)

    def say(self, *words: str) -> None:
        for one in words:
            self.show(self.write(one))

    def turn_out(self, user: User) -> None:
        self.guests.discard(user.pk)
        self.acl_version += 1

    def find(self, actor: Actor, noun_id: UUID) -> Standing | None:
        if noun_id != self.id or actor.user_id not in self.guests:
            return None
        self.looks += 1
        standing = Standing(actor, len(self.frames), self.acl_version)
        self.asked()
        return standing

    def replay(self, actor: Actor, noun_id: UUID, since: int, limit: int) -> list[Frame]:
        return self.frames[since : since + limit]

    def render(self, type: str, data: dict[str, Any]) -> str:
        from django.utils.translation import get_language

        self.drawn.append(data["words"])
        return f"<li lang={get_language()}>{data['words']}</li>"


class Line:
    """A WebSocket, held by a test that does not itself run on the loop."""

    def __init__(
        self, run: Callable[[Coroutine[Any, Any, Any]], Any], headers: dict[str, str], path: str
    ) -> None:
        self._run = run
        raw = [(name.encode(), value.encode()) for name, value in {"host": "localhost", **headers}.items()]
        from collab.asgi import application

        self._wire = run(_make(application, path, raw))
        accepted, code = self._run(self._wire.connect(PATIENCE))
        self._refused = None if accepted else int(code)

    def put(self, **frame: Any) -> None:
        self.put_text(json.dumps(frame))

    def put_text(self, text: str) -> None:
        self._run(self._wire.send_to(text_data=text))

    def hear(self) -> dict[str, Any]:
        return self._run(self._wire.receive_json_from(PATIENCE))

    def subscribe(self, topic: str, **words: Any) -> dict[str, Any]:
        self.put(type="subscribe", topic=topic, **words)
        return self.hear()

    def heard(self) -> list[dict[str, Any]]:
        """Return everything that has arrived until now."""
        self.put(type="ping")
        said = []
        while (frame := self.hear())["type"] != "pong":
            said.append(frame)
        return said

    def closed(self) -> int:
        """Return the code that the socket is closed with, whatever still comes before."""
        if self._refused is not None:
            return self._refused
        while (message := self._run(self._wire.receive_output(PATIENCE)))["type"] != "websocket.close":
            pass
        return message["code"]

    def leave(self) -> None:
        self._run(self._wire.send_input({"type": "websocket.disconnect", "code": 1000}))
        self._run(self._wire.wait(PATIENCE))


async def _make(application: Any, path: str, headers: list[tuple[bytes, bytes]]) -> WebsocketCommunicator:
    wire = WebsocketCommunicator(application, path, headers)
    wire.scope["client"] = ("127.0.0.1", 50000)
    return wire


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The event loop of a web process, in a thread beside the test."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    asyncio.run_coroutine_threadsafe(_end_all(), loop).result(PATIENCE)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def _end_all() -> None:
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)
    from channels.layers import get_channel_layer

    await get_channel_layer().flush()


@pytest.fixture(scope="module")
def transactional_db(
    django_db_setup: None, django_db_blocker: Any, new_copy: Callable[[], None]
) -> Iterator[None]:
    """Commit for a whole module: its tests make people of their own and leave each other alone."""
    with django_db_blocker.unblock():
        yield
        connection.close()
        new_copy()


@pytest.fixture
def committed(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test does is committed: the threads that sockets ask in have connections of their own."""
    threads = ThreadPoolExecutor(2)
    monkeypatch.setattr("realtime.threads.threads", threads)
    yield
    both = threading.Barrier(
        2, timeout=PATIENCE
    )  # one each, so that no connection outlives its copy of the database
    for done in [threads.submit(lambda: (both.wait(), connections.close_all())) for _ in range(2)]:
        done.result(PATIENCE)
    threads.shutdown()


@pytest.fixture
def ines(committed: None) -> User:
    return User.objects.create_user(f"ines-{uuid7()}@north.example", name="Ines", language="en")


@pytest.fixture
def wei(committed: None) -> User:
    return User.objects.create_user(f"wei-{uuid7()}@south.example", name="魏", language="zh-hans")


@pytest.fixture
def room(ines: User, wei: User) -> Iterator[Room]:
    room = Room()
    room.guests |= {ines.pk, wei.pk}
    topic("room", find=room.find, replay=room.replay, render=room.render, may_type=True)
    yield room
    del KINDS["room"]


@pytest.fixture
def token() -> Callable[..., str]:
    def of(user: User, scope: str = "admin", **words: Any) -> str:
        actor = Actor.person(user)
        return create_token(actor=actor, person=user, name="tests", scope=scope, **words).secret

    return of


@pytest.fixture
def dial(loop: asyncio.AbstractEventLoop) -> Iterator[Callable[..., Line]]:
    """Return how a socket is opened, with whatever headers."""
    opened: list[Line] = []

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(PATIENCE * 2)

    def dial(path: str = "/ws/v1/", **headers: str) -> Line:
        opened.append(Line(run, headers, path))
        return opened[-1]

    yield dial
    for one in opened:
        one.leave()


@pytest.fixture
def line(dial: Callable[..., Line], token: Callable[..., str]) -> Callable[..., Line]:
    """Return somebody's socket, opened with a token of theirs."""

    def of(user: User, scope: str = "admin") -> Line:
        return dial(authorization=f"Bearer {token(user, scope)}")

    return of


@pytest.fixture
def cookie() -> Callable[[User], str]:
    def of(user: User) -> str:
        client = Client(HTTP_HOST="localhost")
        client.force_login(user)
        return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"

    return of


@pytest.fixture
def hub_here(loop: asyncio.AbstractEventLoop) -> Callable[[str], Any]:
    """Return how to ask the hub for something on its own loop."""
    from realtime.hub import hub

    def do(what: str) -> Any:
        async def work() -> Any:
            return await getattr(hub(), what)()

        return asyncio.run_coroutine_threadsafe(work(), loop).result(PATIENCE)

    return do
