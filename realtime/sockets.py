"""One connection and who stands behind it: what leaves, and whether it may stay open."""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from typing import Any
from uuid import UUID

from kernel import identity
from kernel.acting import acting
from kernel.actor import Actor
from kernel.figures import FRAMES
from realtime.hub import hub
from realtime.presence import Told, told_of
from realtime.subscriptions import Subscription
from realtime.threads import ask
from realtime.topics import Standing, Topic
from realtime.wire import hole

logger = logging.getLogger("collab.realtime")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Recognized = tuple[Any, Any, Actor]  # person, token or None, and as whom they act
Send = Callable[[dict[str, Any]], Awaitable[None]]
SEND_NOW = (
    "collab.send_now"  # among the scope's extensions: sends a text without waiting, or says that it cannot
)

NOBODY = Actor.nobody("socket")
MOST_FRAMES, MOST_LETTERS = 1000, 4_000_000  # waiting for one slow reader
RECHECK_SECONDS = 30.0
TRUSTED_SECONDS = 90.0  # how long a socket outlives a database that cannot be asked
STUCK_SECONDS = 60.0
REFUSED, MISUSED, TRY_LATER = 4401, 4400, 1013


class Socket:
    """Its outgoing queue is bounded: what does not fit is dropped, and said as a gap once there is room."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope = scope
        self.user_id: UUID | None = None
        self.actor = NOBODY
        self.language = "en"
        self.is_page = False  # somebody's own, not a program's
        self.is_idle = False
        self.watched: dict[UUID, Told] = {}  # whose presence is shown here
        self.subscriptions: dict[str, Subscription] = {}
        self.due_at = 0.0
        self.writer: asyncio.Task[None] | None = None
        self._send = send
        self._send_now: Callable[[str], bool] = scope.get("extensions", {}).get(SEND_NOW, cannot)
        self._is_sending = False
        self._queue: deque[str] = deque()
        self._letters = 0
        self._missing: dict[Subscription, None] = {}
        self._wake = asyncio.Event()
        self._roomy = asyncio.Event()
        self._closing: int | None = None
        self._checked_at = self._sending_since = time.time()
        self._looking: asyncio.Task[None] | None = None
        self._look_twice = False

    # ── Who ──────────────────────────────────────────────────────────────────
    async def recognize(self) -> bool:
        return self._meet(await ask(NOBODY, _recognized, self.scope))

    def _meet(self, found: Recognized | None) -> bool:
        """Take note of who was recognized, and until when that may be believed."""
        if found is None or (self.user_id not in (None, found[0].pk)):
            return False
        user, token, self.actor = found
        self.user_id, self.language, self.is_page = user.pk, user.language, token is None
        self._checked_at = time.time()
        self.due_at = self._checked_at + RECHECK_SECONDS * random.uniform(0.8, 1.0)  # noqa: S311  spreads them out
        expires_at = getattr(token, "expires_at", None)
        if expires_at is not None:
            self.due_at = min(self.due_at, expires_at.timestamp())
        return True

    async def look_again(self) -> None:
        """See whether this person may still be here and hear all they hear; asked while looking, look once more."""
        if self._looking is not None and not self._looking.done():
            self._look_twice = True
        else:
            self._looking = asyncio.get_running_loop().create_task(self._look())
        await asyncio.shield(self._looking)

    async def _look(self) -> None:
        self._look_twice = True
        while self._look_twice and self._closing is None:
            self._look_twice = False
            if self._queue and time.time() - self._sending_since > STUCK_SECONDS:
                self._give_up()
                return
            asked = [one for one in self.subscriptions.values() if one.actor is not None]
            watched = tuple(self.watched)
            try:
                found = await ask(NOBODY, _seen, self.scope, [one.feed.topic for one in asked], watched)
            except Exception as error:
                logger.warning("a socket cannot be looked at (%s)", type(error).__name__)
                self.due_at = time.time() + 2
                if time.time() - self._checked_at > TRUSTED_SECONDS:
                    self.fail()
                return
            if not self._meet(found[0]):
                self.close(REFUSED)
                return
            for one, standing in zip(asked, found[1], strict=True):
                if not one.is_over:
                    one.renew(standing)
            hub().presence.renew(self, watched, found[2])

    # ── What leaves ──────────────────────────────────────────────────────────
    def say(self, text: str) -> None:
        """Send a word of our own, at once or not at all."""
        FRAMES.inc(self.put(text, None, None))

    def put(self, text: str, subscription: Subscription | None, seq: int | None) -> bool:
        """Send a text, or have it wait its turn.

        Returns:
            whether it has left at once; what waits is counted when it leaves.
        """
        if self._closing is not None:
            return False
        if not (self._queue or self._is_sending or self._missing) and self._send_now(text):
            return True  # nobody is before it, and no task need be woken
        full = len(self._queue) >= MOST_FRAMES or self._letters + len(text) > MOST_LETTERS
        if subscription is not None and (full or subscription.missed is not None):
            subscription.miss(seq)
            self._missing[subscription] = None
        elif not full:
            self._queue.append(text)
            self._letters += len(text)
            self._wake.set()
        return False

    async def room(self) -> None:
        """Wait until the reader has caught up, for those who can wait."""
        while len(self._queue) > MOST_FRAMES // 4 or self._letters > MOST_LETTERS // 4:
            self._roomy.clear()
            await self._roomy.wait()

    async def write(self) -> None:
        """Send what waits until the socket is closed from our side."""
        while True:
            sent = 0
            while self._queue and self._closing != REFUSED:
                text = self._queue.popleft()
                self._letters -= len(text)
                self._sending_since, self._is_sending = time.time(), True
                await self._send({"type": "websocket.send", "text": text})
                self._is_sending = False
                sent += 1
            FRAMES.inc(sent)
            self._roomy.set()
            if self._closing is not None:
                await self._send({"type": "websocket.close", "code": self._closing})
                return
            if self._missing:
                self._say_what_is_missing()
                continue
            self._wake.clear()
            self._sending_since = time.time()
            await self._wake.wait()

    def _say_what_is_missing(self) -> None:
        missing, self._missing = self._missing, {}
        for one in missing:
            if one.missed is not None and not one.is_over:
                self.say(hole(one.feed.topic.wire, *one.missed).text)
            one.missed = None

    def close(self, code: int) -> None:
        if self._closing is None:
            self._closing = code
            self._wake.set()

    def _give_up(self) -> None:
        """End a line whose other side takes nothing any more."""
        self.close(TRY_LATER)
        if self.writer is not None:
            self.writer.cancel()

    def fail(self) -> None:
        """Let the reader come back later: we cannot tell now what they may hear."""
        self.close(TRY_LATER)

    # ── What is heard ────────────────────────────────────────────────────────
    async def subscribe(self, topic: Topic, *, since: int | None, as_html: bool) -> bool:
        """Listen to a topic, anew if it is listened to already; False if it cannot be for this person."""
        if (before := self.subscriptions.get(topic.name)) is not None:
            before.end()
        feed = await hub().feed(topic)
        one = Subscription(self, feed, as_html=as_html)
        self.subscriptions[topic.name] = one
        feed.listeners.add(one)
        try:
            let_in = await one.start(since)
        except BaseException:
            one.end()
            raise
        if not let_in and not one.is_over:
            one.end()
            return False
        return True

    async def watch(self, people: Collection[UUID]) -> None:
        """See who of these is here, instead of whoever was watched; of those one may not see, nothing comes."""
        await hub().presence.watch(self, await ask(self.actor, told_of, self.actor, people))

    def fall_idle(self, is_idle: bool) -> None:
        self.is_idle = is_idle
        if self.user_id is not None:
            hub().presence.note(self.user_id)

    def forget(self, one: Subscription) -> None:
        if one in one.feed.listeners:
            one.feed.listeners.discard(one)
            hub().drop(one.feed)
        self._missing.pop(one, None)
        if self.subscriptions.get(one.feed.topic.name) is one:
            del self.subscriptions[one.feed.topic.name]

    def leave(self) -> None:
        for one in tuple(self.subscriptions.values()):
            one.end()
        if self.user_id is not None:
            hub().leave(self)


def cannot(text: str) -> bool:
    return False


def _recognized(scope: Scope) -> Recognized | None:
    found = identity.recognize(scope)
    return (*found, identity.actor_for(*found)) if found else None


def _seen(
    scope: Scope, topics: list[Topic], watched: Collection[UUID]
) -> tuple[Recognized | None, list[Standing | None], dict[UUID, Told]]:
    """Return who opened the socket, if they still may, how they stand at each topic, and whom they may watch."""
    found = _recognized(scope)
    if found is None:
        return None, [], {}
    actor = found[2]
    with acting(actor):
        return found, [one.kind.find(actor, one.id) for one in topics], told_of(actor, watched)
