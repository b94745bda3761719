"""The socket door at ``/ws/v1/``: it recognizes, reads frames, and answers in the words of the contract."""

import asyncio
import logging
import time
from typing import Any
from uuid import UUID

import orjson
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from kernel.acting import Origin, coming_from
from kernel.figures import SOCKETS
from kernel.nouns import uuid7
from realtime.hub import hub
from realtime.origins import is_ours
from realtime.presence import MOST_WATCHED, State
from realtime.publishing import publish
from realtime.sockets import MISUSED, REFUSED, TRY_LATER, Receive, Scope, Send, Socket
from realtime.topics import Topic, asked_for
from realtime.wire import encoded

logger = logging.getLogger("collab.realtime")

MOST_BYTES = 64 * 1024
MOST_FAULTS = 20
MOST_TOPICS = 200
FRAMES_A_SECOND, FRAMES_AT_ONCE = 20.0, 200.0
TYPING_SECONDS = 1.0


class Fault(Exception):
    """A frame that cannot be taken; twenty of them and the socket is closed."""

    def __init__(self, code: str, topic: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.topic = topic


def sentence(code: str) -> str:
    return {
        "malformed": _("This frame cannot be read."),
        "too_large": _("A frame holds at most 64 KiB."),
        "too_many_requests": _("Too many frames at once."),
        "too_many_topics": _("One socket listens to at most 200 topics."),
        "not_found": _("There is nothing here for you."),
        "not_allowed": _("You may see this, but not do that."),
    }[code]


async def door(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one WebSocket from its opening handshake to its end."""
    with coming_from(Origin(request_id=str(uuid7()))):
        began, socket = time.perf_counter(), Socket(scope, send)
        SOCKETS.inc()
        try:
            await _serve(socket, receive, send)
        finally:
            SOCKETS.dec()
            took = round((time.perf_counter() - began) * 1000, 1)
            told = {"route": "ws/v1/", "ms": took}
            logger.info("socket ended", extra={"actor": socket.actor, "facts": told})


async def _serve(socket: Socket, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})  # first, or the browser would not learn why it is refused
    try:
        if not comes_from_us(socket.scope) or not await socket.recognize():
            await send({"type": "websocket.close", "code": REFUSED})
            return
        await Conversation(socket, receive).hold()
    except DatabaseError as error:
        logger.warning("a socket cannot be served (%s)", type(error).__name__)
        await send({"type": "websocket.close", "code": TRY_LATER})
    finally:
        socket.leave()


def comes_from_us(scope: Scope) -> bool:
    """Tell whether a cookie may be believed; who shows a token needs no page."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if headers.get(b"authorization", "")[:7].lower() == "bearer ":
        return True
    return is_ours(headers.get(b"origin", ""), headers.get(b"host", ""))


class Conversation:
    def __init__(self, socket: Socket, receive: Receive) -> None:
        self.socket = socket
        self._receive = receive
        self._faults = 0
        self._allowance, self._counted_at = FRAMES_AT_ONCE, time.monotonic()
        self._typed_at: dict[str, float] = {}
        self._subscribing: dict[str, asyncio.Task[None]] = {}
        self._watching: asyncio.Task[None] | None = None

    async def hold(self) -> None:
        """Read and write side by side until either side ends."""
        writing = self.socket.writer = asyncio.create_task(self.socket.write())
        reading = asyncio.create_task(self._read())
        try:
            await asyncio.wait((writing, reading), return_when=asyncio.FIRST_COMPLETED)
        finally:
            tasks = [writing, reading, *self._subscribing.values()]
            tasks += [self._watching] if self._watching else []
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self) -> None:
        try:
            await hub().enter(self.socket)
            await self.socket.look_again()  # what ended before the hub knew this person, nobody told us
        except Exception as error:
            logger.warning("a socket cannot be served (%s)", type(error).__name__)
            self.socket.fail()
        while (message := await self._receive())["type"] != "websocket.disconnect":
            try:
                self._take(self._frame(message))
            except Fault as fault:
                self._refuse(fault.code, fault.topic)
                self._faults += 1
                if self._faults >= MOST_FAULTS:
                    self.socket.close(MISUSED)

    def _frame(self, message: dict[str, Any]) -> dict[str, Any]:
        self._count()
        text = message.get("text")
        if text is None:
            raise Fault("too_large" if len(message.get("bytes") or b"") > MOST_BYTES else "malformed")
        if len(text) > MOST_BYTES or len(text.encode(errors="surrogatepass")) > MOST_BYTES:
            raise Fault("too_large")
        try:
            frame = orjson.loads(text)
        except ValueError:
            raise Fault("malformed") from None
        if not isinstance(frame, dict):
            raise Fault("malformed")
        return frame

    def _count(self) -> None:
        now = time.monotonic()
        self._allowance = min(FRAMES_AT_ONCE, self._allowance + (now - self._counted_at) * FRAMES_A_SECOND)
        self._counted_at = now
        if self._allowance < 1:
            raise Fault("too_many_requests")
        self._allowance -= 1

    def _take(self, frame: dict[str, Any]) -> None:
        match frame.get("type"):
            case "subscribe":
                self._subscribe(frame)
            case "unsubscribe":
                self._unsubscribe(_topic(frame))
            case "typing":
                self._type(_topic(frame))
            case "watch":
                self._watch(_people(frame))
            case "presence":
                self._fall_idle(frame.get("state"))
            case "ping":
                self.socket.say('{"type":"pong"}')
            case _:
                raise Fault("malformed")

    # ── Topics ───────────────────────────────────────────────────────────────
    def _subscribe(self, frame: dict[str, Any]) -> None:
        said, since, form = _topic(frame), frame.get("since"), frame.get("as", "json")
        if form not in ("json", "html") or not (since is None or _is_number(since)):
            raise Fault("malformed", said)
        topic = asked_for(said, self.socket.user_id)
        if topic is None:
            return self._refuse("not_found", said)
        self._stop(topic.name)
        if len(self.socket.subscriptions.keys() | self._subscribing.keys()) >= MOST_TOPICS:
            return self._refuse("too_many_topics", said)
        listening = self._listen(topic, said, since, as_html=form == "html")
        self._subscribing[topic.name] = asyncio.create_task(listening)
        return None

    async def _listen(self, topic: Topic, said: str, since: int | None, *, as_html: bool) -> None:
        try:
            if not await self.socket.subscribe(topic, since=since, as_html=as_html):
                self._refuse("not_found", said)
        except Exception as error:
            logger.warning("a topic cannot be joined (%s)", type(error).__name__)
            self.socket.fail()
        if self._subscribing.get(topic.name) is asyncio.current_task():
            del self._subscribing[topic.name]

    def _unsubscribe(self, said: str) -> None:
        topic = asked_for(said, self.socket.user_id)
        if topic is not None:
            self._stop(topic.name)

    def _stop(self, name: str) -> None:
        if (task := self._subscribing.pop(name, None)) is not None:
            task.cancel()
        if (one := self.socket.subscriptions.get(name)) is not None:
            one.end()

    def _type(self, said: str) -> None:
        topic = asked_for(said, self.socket.user_id)
        one = self.socket.subscriptions.get(topic.name) if topic else None
        if topic is not None and topic.name in self._subscribing:
            return None  # they are still being let in; nobody misses a hint
        if topic is None or one is None or one.actor is None:
            return self._refuse("not_found", said)
        if not topic.kind.may_type or one.actor.scope == "read":
            return self._refuse("not_allowed", said)
        now = time.monotonic()
        if now - self._typed_at.get(topic.name, 0.0) >= TYPING_SECONDS:
            self._typed_at[topic.name] = now
            publish(topic.name, "typing", {"user": {"id": one.actor.user_id, "name": one.actor.name}})
        return None

    # ── Who is here ──────────────────────────────────────────────────────────
    def _watch(self, people: frozenset[UUID]) -> None:
        """One after the other: what was asked last stands."""
        self._watching = asyncio.create_task(self._look(self._watching, people))

    async def _look(self, before: asyncio.Task[None] | None, people: frozenset[UUID]) -> None:
        if before is not None:
            await asyncio.wait((before,))
        try:
            await self.socket.watch(people)
        except Exception as error:
            logger.warning("who is here cannot be shown (%s)", type(error).__name__)
            self.socket.fail()

    def _fall_idle(self, state: Any) -> None:
        if state not in (State.ONLINE, State.AWAY):
            raise Fault("malformed")
        self.socket.fall_idle(state == State.AWAY)

    def _refuse(self, code: str, topic: str | None = None) -> None:
        with translation.override(self.socket.language):
            words = {"type": "error", "code": code, "detail": sentence(code)}
        self.socket.say(encoded(**words, **({"topic": topic} if topic is not None else {})))


def _topic(frame: dict[str, Any]) -> str:
    said = frame.get("topic")
    if not isinstance(said, str) or len(said) > 200:
        raise Fault("malformed")
    return said


def _people(frame: dict[str, Any]) -> frozenset[UUID]:
    said = frame.get("people")
    if not isinstance(said, list) or len(said) > MOST_WATCHED:
        raise Fault("malformed")
    try:
        return frozenset(UUID(one) for one in said)
    except (AttributeError, TypeError, ValueError):
        raise Fault("malformed") from None


def _is_number(said: Any) -> bool:
    return isinstance(said, int) and not isinstance(said, bool) and 0 <= said < 2**63
