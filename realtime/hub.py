"""One hub a process: an event crosses the channel layer once, then goes to every socket here that listens."""

import asyncio
import logging
import time
from collections import defaultdict
from contextvars import Context
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from channels.layers import get_channel_layer

from realtime.feeds import Feed
from realtime.presence import Presence
from realtime.publishing import EVERYBODY, carry_on
from realtime.topics import KINDS, ME, Topic
from realtime.wire import Event

if TYPE_CHECKING:
    from realtime.sockets import Socket

logger = logging.getLogger("collab.realtime")
ECHO_SECONDS, ECHOES = 0.5, 10
SWEEP_SECONDS = 1.0
AT_ONCE = 4  # sockets looked at again side by side


class Membership:
    """This process's place in one group of the layer, shared by all who need it here."""

    def __init__(self, joining: asyncio.Task[None]) -> None:
        self.joining = joining
        self.count = 0


class Hub:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.layer = get_channel_layer()
        self.feeds: dict[str, Feed] = {}
        self.people: dict[UUID, set[Socket]] = defaultdict(set)
        self.presence = Presence(self)
        self._channel = ""
        self._groups: dict[str, Membership] = {}
        self._echoes: dict[str, asyncio.Event] = {}
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._started: asyncio.Task[None] | None = None
        self.carrier = carry_on(loop, self._hear)

    # ── Coming and going ─────────────────────────────────────────────────────
    async def enter(self, socket: "Socket") -> None:
        """Know the socket by its person, so that what concerns them reaches it."""
        if self._started is None or (self._started.done() and self._started.exception()):
            self._started = self.loop.create_task(self._start())
        await asyncio.shield(self._started)
        self.people[socket.user_id].add(socket)
        await self.join(Topic(KINDS[ME], socket.user_id).group)
        self.presence.note(socket.user_id)

    def leave(self, socket: "Socket") -> None:
        self.presence.unwatch(socket)
        mine = self.people.get(socket.user_id, set())
        if socket not in mine:
            return
        mine.discard(socket)
        if not mine:
            del self.people[socket.user_id]
        self.presence.note(socket.user_id)
        self.part(Topic(KINDS[ME], socket.user_id).group)

    async def feed(self, topic: Topic) -> Feed:
        """Return the topic's feed once it hears the layer; ``drop`` it when nobody needs it any more."""
        feed = self.feeds.get(topic.name)
        if feed is None:
            feed = self.feeds[topic.name] = Feed(topic)
        feed.users += 1
        try:
            await self.join(topic.group)
        except BaseException:
            self._let_go(feed)
            raise
        return feed

    def drop(self, feed: Feed) -> None:
        self._let_go(feed)
        self.part(feed.topic.group)

    def _let_go(self, feed: Feed) -> None:
        feed.users -= 1
        if not feed.users:
            feed.close()
            del self.feeds[feed.topic.name]

    # ── The channel layer ────────────────────────────────────────────────────
    async def _start(self) -> None:
        self._channel = await self.layer.new_channel()
        receiving = self.keep(self._receive())
        try:
            await self.join(EVERYBODY)
        except BaseException:
            receiving.cancel()
            raise
        self.keep(self._sweep())
        self.keep(self.presence.go_on())

    async def join(self, group: str) -> None:
        membership = self._groups.get(group)
        if membership is None:
            membership = self._groups[group] = Membership(self.loop.create_task(self._add(group)))
        membership.count += 1
        try:
            await asyncio.shield(membership.joining)
        except BaseException:
            self.part(group)
            raise

    def part(self, group: str) -> None:
        membership = self._groups[group]
        membership.count -= 1
        if not membership.count:
            del self._groups[group]
            self.keep(self._discard(group))

    async def _add(self, group: str) -> None:
        """Join, and hear one's own voice: from then on nothing said in the group is missed."""
        async with self._lock:
            await self.layer.group_add(group, self._channel)
        nonce = uuid4().hex
        heard = self._echoes[nonce] = asyncio.Event()
        try:
            for _ in range(ECHOES):
                await self.layer.group_send(group, {"type": "echo", "nonce": nonce})
                try:
                    async with asyncio.timeout(ECHO_SECONDS):
                        await heard.wait()
                    return
                except TimeoutError:
                    continue
            raise ConnectionError("the channel layer does not answer")
        finally:
            del self._echoes[nonce]

    async def _discard(self, group: str) -> None:
        async with self._lock:
            if group not in self._groups:
                await self.layer.group_discard(group, self._channel)

    async def _receive(self) -> None:
        while True:
            try:
                message = await self.layer.receive(self._channel)
            except Exception:
                logger.exception("the channel layer cannot be heard")
                await asyncio.sleep(0.1)
                continue
            if message.get("from") != self.carrier.name:  # our own we have heard
                self._hear(message)

    def _hear(self, message: dict[str, Any]) -> None:
        try:
            self._take(message)
        except Exception:
            logger.exception("a message of the channel layer cannot be passed on")

    def _take(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "event":
                if (feed := self.feeds.get(message["topic"])) is not None:
                    said = (message["name"], message["seq"], message["acl"], message["text"])
                    feed.take(Event(*said, about=message.get("about", "")))
            case "crowd":
                for one in message["messages"]:
                    self._take(one)
            case "people":
                event = Event(message["name"], None, 0, message["text"])
                for user_id in message["people"]:
                    if (feed := self.feeds.get(f"{ME}:{user_id}")) is not None:
                        feed.take(event)
            case "recheck":
                user_id = UUID(message["topic"].removeprefix(f"{ME}:"))
                for socket in tuple(self.people.get(user_id, ())):
                    self.keep(socket.look_again())
            case "presence":
                self.presence.hear(UUID(message["user"]), message["told"])
            case "echo":
                if (heard := self._echoes.get(message["nonce"])) is not None:
                    heard.set()

    # ── Every half minute ────────────────────────────────────────────────────
    async def _sweep(self) -> None:
        """Look again at every socket in its turn: what a lost message would have said shows here."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.look_at_due()
            except Exception:
                logger.exception("sockets cannot be looked at")

    async def look_at_due(self) -> None:
        now = time.time()
        await self._look_at([one for one in self._sockets() if one.due_at <= now])

    async def look_at_all(self) -> None:
        await self._look_at(self._sockets())

    def _sockets(self) -> list["Socket"]:
        return [one for sockets in self.people.values() for one in sockets]

    async def _look_at(self, due: list["Socket"]) -> None:
        for first in range(0, len(due), AT_ONCE):
            await asyncio.gather(*(one.look_again() for one in due[first : first + AT_ONCE]))

    def keep(self, work: Any) -> asyncio.Task[Any]:
        """Hold on to a task: the loop alone would let it be collected. It belongs to no socket, nor to its request."""
        task = self.loop.create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


_hub: Hub | None = None


def hub() -> Hub:
    """Return the hub of the loop that runs here."""
    global _hub
    loop = asyncio.get_running_loop()
    if _hub is None or _hub.loop is not loop:
        _hub = Hub(loop)
    return _hub
