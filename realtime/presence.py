"""Who is here: said in Valkey for a minute at a time, heard by those who watch. The database never hears of it.

Each process says what it sees of a person: whether one of their pages is open here, and whether anybody sits before it.
What is said and not said again is over by itself, so a process that dies takes its people with it.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.conf import settings
from redis import Redis, RedisError
from redis.asyncio import Redis as AsyncRedis

from kernel.actor import Actor
from realtime.topics import ME
from realtime.wire import encoded

if TYPE_CHECKING:
    from realtime.hub import Hub
    from realtime.sockets import Socket

logger = logging.getLogger("collab.realtime")
GROUP = "presence"
LASTS_SECONDS, BEAT_SECONDS, TICK_SECONDS = 60, 20.0, 1.0
GRACE_SECONDS = 15.0  # from one page to the next nobody is seen to leave
MOST_WATCHED = 200
AT_ONCE = 500
PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 2}  # seconds

Told = dict[str, Any]  # what watchers hear of one person besides their state; in JSON
Tell = Callable[[Actor, Collection[UUID]], dict[UUID, Told]]


class State(StrEnum):
    ONLINE = "online"
    AWAY = "away"  # a page is open, and nobody has touched it for a while
    OFF = "off"


def _tells_nobody(actor: Actor, people: Collection[UUID]) -> dict[UUID, Told]:
    return {}


_tell: Tell = _tells_nobody


def tells(tell: Tell) -> Tell:
    """Let a floor above say who may be watched: those that it answers with, and what watchers hear of each."""
    global _tell
    _tell = tell
    return tell


def told_of(actor: Actor, people: Collection[UUID]) -> dict[UUID, Told]:
    return _tell(actor, people) if people else {}


def states_of(people: Iterable[UUID]) -> dict[UUID, State]:
    """Return who is here, for a page or a program; while Valkey is away, nobody is known to be."""
    asked = list(people)
    try:
        pipe = _client().pipeline(transaction=False)
        for one in asked:
            pipe.hgetall(_key(one))
        answers = pipe.execute()
    except RedisError as error:
        logger.warning("who is here cannot be asked (%s)", type(error).__name__)
        return dict.fromkeys(asked, State.OFF)
    return {one: _state(fields) for one, fields in zip(asked, answers, strict=True)}


@cache
def _client() -> Redis:
    return Redis.from_url(settings.REDIS_URL, **PATIENCE)  # type: ignore[arg-type]


def _key(user_id: UUID) -> str:
    return f"presence:{user_id}"


def _state(fields: Mapping[bytes, bytes]) -> State:
    """Return what all processes together have seen: whoever is at one of their screens is here."""
    now, said = time.time(), set()
    for word in fields.values():
        state, _, until = word.decode().partition(" ")
        if float(until) > now:
            said.add(state)
    return next((one for one in (State.ONLINE, State.AWAY) if one in said), State.OFF)


class Presence:
    """What one process says of its own people, and tells its sockets of those they watch."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._process = uuid4().hex
        self._valkey = AsyncRedis.from_url(settings.REDIS_URL, **PATIENCE)  # type: ignore[arg-type]
        self._noted: set[UUID] = set()
        self._saying: asyncio.Task[Any] | None = None
        self._said: dict[UUID, State] = {}
        self._leaving: dict[UUID, float] = {}
        self._watchers: dict[UUID, set[Socket]] = defaultdict(set)
        self._known: dict[UUID, State] = {}
        self._beat_at = 0.0

    # ── Those whose pages are open here ──────────────────────────────────────
    def note(self, user_id: UUID) -> None:
        """Say soon what has changed about somebody whose socket came, went or fell idle."""
        self._noted.add(user_id)
        if self._saying is None or self._saying.done():
            self._saying = self._hub.keep(self._say_noted())

    async def _say_noted(self) -> None:
        """Say it of all at once, who came meanwhile among them; who left is waited for a little."""
        while self._noted:
            noted, self._noted = self._noted, set()
            states = {one: self._here(one) for one in noted}
            for one, state in states.items():
                if state is not State.OFF:
                    self._leaving.pop(one, None)
                elif one in self._said:
                    self._leaving.setdefault(one, time.monotonic() + GRACE_SECONDS)
            new = {
                one: state for one, state in states.items() if state not in (State.OFF, self._said.get(one))
            }
            await self._say(new)

    def _here(self, user_id: UUID) -> State:
        pages = [one for one in self._hub.people.get(user_id, ()) if one.is_page]
        if not pages:
            return State.OFF
        return State.AWAY if all(one.is_idle for one in pages) else State.ONLINE

    async def go_on(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                await self.tick()
            except Exception:
                logger.exception("who is here cannot be told")

    async def tick(self) -> None:
        """Let go of those who did not come back, and say the others again before they are forgotten."""
        now = time.monotonic()
        gone = [one for one, until in self._leaving.items() if until <= now]
        for one in gone:
            del self._leaving[one]
        await self._say({one: state for one in gone if (state := self._here(one)) is State.OFF})
        if now >= self._beat_at:
            self._beat_at = now + BEAT_SECONDS
            await self.beat()

    async def beat(self) -> None:
        here = {one: self._here(one) for one in self._said}
        await self._say(
            {one: state if state is not State.OFF else self._said[one] for one, state in here.items()}
        )
        await self._look()

    async def _say(self, states: Mapping[UUID, State]) -> None:
        for one, state in states.items():
            if state is State.OFF:
                self._said.pop(one, None)
            else:
                self._said[one] = state
        asked = list(states.items())
        for first in range(0, len(asked), AT_ONCE):
            await self._write(asked[first : first + AT_ONCE])

    async def _write(self, states: list[tuple[UUID, State]]) -> None:
        """Write each in one step with what was there before and is now: whoever changes it tells of it."""
        until = time.time() + LASTS_SECONDS
        pipe = self._valkey.pipeline(transaction=True)
        for user_id, state in states:
            key = _key(user_id)
            pipe.hgetall(key)
            if state is State.OFF:
                pipe.hdel(key, self._process)
            else:
                pipe.hset(key, self._process, f"{state} {until}")
            pipe.expire(key, LASTS_SECONDS)
            pipe.hgetall(key)
        try:
            answers = await pipe.execute()
        except RedisError as error:
            logger.warning("who is here cannot be said (%s)", type(error).__name__)
            return
        for (user_id, _said), place in zip(states, range(0, len(answers), 4), strict=True):
            before, after = _state(answers[place]), _state(answers[place + 3])
            if before is not after:
                told = {"type": "presence", "user": str(user_id), "told": {"state": after}}
                await self._hub.layer.group_send(GROUP, told)

    # ── Those who watch here ─────────────────────────────────────────────────
    async def watch(self, socket: "Socket", told: dict[UUID, Told]) -> None:
        """Show who of these is here, and whatever changes about them from now on."""
        if told and not socket.watched:
            await self._hub.join(GROUP)
        elif socket.watched and not told:
            self._hub.part(GROUP)
        self._drop(socket)
        socket.watched = told
        for one in told:
            self._watchers[one].add(socket)
        if told:
            self._known |= await self._read(told)
        self._show(socket, [self._whole(one, words) for one, words in told.items() if one in socket.watched])

    def unwatch(self, socket: "Socket") -> None:
        if socket.watched:
            self._drop(socket)
            socket.watched = {}
            self._hub.part(GROUP)

    def renew(self, socket: "Socket", asked: Collection[UUID], told: dict[UUID, Told]) -> None:
        """Take over what a second look has found: who may be watched no more, and what is said of the others.

        Whom the socket has come to watch since that was asked stays.
        """
        lost = socket.watched.keys() & set(asked) - told.keys()
        new = {one: words for one, words in told.items() if socket.watched.get(one, words) != words}
        for one in lost:
            self._forget(one, socket)
        if lost and len(lost) == len(socket.watched):
            self._hub.part(GROUP)
        socket.watched = {one: words for one, words in (socket.watched | new).items() if one not in lost}
        said = [{"id": str(one), **words} for one, words in new.items()]
        self._show(socket, [{"id": str(one), "state": None} for one in lost] + said)

    def hear(self, user_id: UUID, told: Told) -> None:
        """Pass on what has changed about somebody."""
        if "state" in told:
            self._known[user_id] = State(told["state"])
        for socket in tuple(self._watchers.get(user_id, ())):
            if "state" not in told:
                socket.watched[user_id] = socket.watched[user_id] | told
            self._show(socket, [{"id": str(user_id), **told}])

    async def _look(self) -> None:
        """See of all who are watched here whether they are: what a dead process would have said shows here."""
        watched = list(self._watchers)
        for first in range(0, len(watched), AT_ONCE):
            found = await self._read(watched[first : first + AT_ONCE])
            for one, state in found.items():
                if self._known.get(one) is not state:
                    self.hear(one, {"state": state})

    async def _read(self, people: Iterable[UUID]) -> dict[UUID, State]:
        asked = list(people)
        pipe = self._valkey.pipeline(transaction=False)
        for one in asked:
            pipe.hgetall(_key(one))
        try:
            answers = await pipe.execute()
        except RedisError as error:
            logger.warning("who is here cannot be asked (%s)", type(error).__name__)
            return {}
        return {one: _state(fields) for one, fields in zip(asked, answers, strict=True)}

    def _whole(self, user_id: UUID, told: Told) -> Told:
        return {"id": str(user_id), "state": self._known.get(user_id, State.OFF), **told}

    def _show(self, socket: "Socket", people: list[Told]) -> None:
        if people:
            socket.say(encoded(type="presence", topic=ME, seq=None, data={"people": people}))

    def _drop(self, socket: "Socket") -> None:
        for one in socket.watched:
            self._forget(one, socket)

    def _forget(self, user_id: UUID, socket: "Socket") -> None:
        watchers = self._watchers[user_id]
        watchers.discard(socket)
        if not watchers:
            del self._watchers[user_id]
            self._known.pop(user_id, None)
