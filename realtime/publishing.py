"""From any thread of any process to the channel layer: quick, in order, and never in anybody's way.

What is published may be lost. The database is where certainty lives.
"""

import asyncio
import logging
import os
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID, uuid4

from channels.layers import get_channel_layer

from realtime.topics import ME, Frame, named
from realtime.wire import written

logger = logging.getLogger("collab.realtime")
MOST_WAITING = 10_000
MOST_TOGETHER = 50
GATHERING_SECONDS = 0.02
BREATH_SECONDS = 0.005
EVERYBODY = "everybody"  # the group in which every process is that serves sockets
REST_SECONDS = 1.0

Message = dict[str, Any]


def publish(
    topic: str,
    type: str,
    data: dict[str, Any],
    *,
    seq: int | None = None,
    acl_version: int = 0,
    about: str = "",
) -> None:
    """Show an event to everybody who listens to ``topic``; call it after commit.

    Args:
        topic: ``kind:<id>``; ``me:<user id>`` for one person's own screens.
        data: the same for every viewer.
        seq: its number among the topic's events, contiguous, given in the transaction.
        acl_version: as the topic's row had it then; a newer one makes hubs look again who may listen.
        about: of which thing it tells, where not everybody who listens may hear of each; "" is for all.
    """
    to = named(topic)
    text = written(Frame(type, to.wire, seq, data))
    message = {"type": "event", "topic": to.name, "name": type, "seq": seq, "acl": acl_version, "text": text}
    _carrier_here().carry(to.group, message | {"about": about} if about else message)


def publish_to(people: Iterable[UUID], type: str, data: dict[str, Any]) -> None:
    """Show an event on these people's own screens, as one message however many they are; call it after commit."""
    said = [str(one) for one in people]
    if said:
        text = written(Frame(type, ME, None, data))
        _carrier_here().carry(EVERYBODY, {"type": "people", "people": said, "name": type, "text": text})


def publish_newest(topic: str, type: str, data: dict[str, Any], *, acl_version: int = 0) -> None:
    """Show an event of which only the newest matters: one at once, and while more come one a second, the last for certain.

    Args:
        data: its ``id`` says what it is about; of two about the same the later takes the place of the one that waits.
        acl_version: as the row of that thing had it then, where not everybody who listens may hear of it.
    """
    to = named(topic)
    text = written(Frame(type, to.wire, None, data))
    message = {"type": "event", "topic": to.name, "name": type, "seq": None, "acl": acl_version, "text": text}
    about = str(data["id"])
    _carrier_here().carry_newest(f"{to.name} {type} {about}", to.group, message | {"about": about})


def recheck(user_id: UUID) -> None:
    """Have every process look again, now, at what this person listens to; call it after commit."""
    to = named(f"{ME}:{user_id}")
    _carrier_here().carry(to.group, {"type": "recheck", "topic": to.name})


def show_person(user_id: UUID, told: dict[str, Any]) -> None:
    """Tell those who watch a person what has changed about them; call it after commit."""
    _carrier_here().carry("presence", {"type": "presence", "user": str(user_id), "told": told})


class Carrier:
    """Takes messages over to one event loop, which hands them on in order.

    The first goes at once. What follows within ``GATHERING_SECONDS`` goes together, here as to other processes, one way
    for each group: a way there and back costs as much as a post's words, and a socket takes several frames as one.

    Args:
        hear: hears each of them first, where this process serves sockets itself: they wait for no way there and back,
            and go on hearing their own process while the layer is away.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, hear: Callable[[Message], None] | None = None
    ) -> None:
        self.loop = loop
        self.hear = hear
        self.name = uuid4().hex  # by which a process knows its own word when the layer brings it back
        self.pid = os.getpid()
        self._waiting: deque[tuple[str, Message]] = deque()  # to be heard here
        self._heard: deque[tuple[str, Message]] = deque()  # to be carried
        # What was carried within the last second, by what it is about, and the newest of it that waits for the next one.
        self._resting: dict[str, tuple[str, Message] | None] = {}
        self._task: asyncio.Task[None] | None = None
        self._is_called = False
        self._hears_from = 0.0  # by the loop's clock: what comes sooner is heard together

    @property
    def serves(self) -> bool:
        return self.pid == os.getpid() and not self.loop.is_closed()

    def carry(self, group: str, message: Message) -> None:
        self._waiting.append((group, message))
        if self._is_called:  # it has yet to look, and will find this too
            return
        self._is_called = True
        try:
            self.loop.call_soon_threadsafe(self._start)
        except RuntimeError:  # the loop has just been closed: nobody looks any more
            self._waiting.clear()
            self._is_called = False

    def carry_newest(self, about: str, group: str, message: Message) -> None:
        try:
            self.loop.call_soon_threadsafe(self._let_rest, about, group, message)
        except RuntimeError:  # as above
            self._resting.clear()

    def _let_rest(self, about: str, group: str, message: Message) -> None:
        if about in self._resting:
            self._resting[about] = (group, message)
            return
        self._resting[about] = None
        self.carry(group, message)
        self.loop.call_later(REST_SECONDS, self._rested, about)

    def _rested(self, about: str) -> None:
        waiting = self._resting.pop(about, None)
        if waiting is not None:
            self._let_rest(about, *waiting)

    def _start(self) -> None:
        """Hear what waits, no more at once than a quick reader takes, and have it carried."""
        if (early := self._hears_from - self.loop.time()) > 0:
            self.loop.call_later(early, self._start)
            return
        self._hears_from = self.loop.time() + GATHERING_SECONDS
        self._is_called = False
        for _ in range(min(len(self._waiting), MOST_TOGETHER)):
            group, message = self._waiting.popleft()
            if self.hear is not None:
                self.hear(message)
            if len(self._heard) < MOST_WAITING:
                self._heard.append((group, message))
            else:
                logger.warning("the channel layer is too slow; an event is not shown")
        if self._waiting:
            self._is_called = True
            self._hears_from = self.loop.time() + BREATH_SECONDS
            self.loop.call_later(BREATH_SECONDS, self._start)
        if self._task is None or self._task.done():
            self._task = self.loop.create_task(self._run())

    async def _run(self) -> None:
        layer = get_channel_layer()
        while self._heard:
            for group, message in self._together():
                try:
                    await layer.group_send(group, message | {"from": self.name})
                except Exception as error:
                    logger.warning("the channel layer does not answer (%s)", type(error).__name__)
            await asyncio.sleep(GATHERING_SECONDS)

    def _together(self) -> Iterator[tuple[str, Message]]:
        """Take what was heard by now: a crowd for the same group takes one way, not one each."""
        crowds: dict[str, list[Message]] = defaultdict(list)
        while self._heard:
            group, message = self._heard.popleft()
            crowds[group].append(message)
        for group, crowd in crowds.items():
            for begin in range(0, len(crowd), MOST_TOGETHER):
                some = crowd[begin : begin + MOST_TOGETHER]
                yield group, some[0] if len(some) == 1 else {"type": "crowd", "messages": some}


_lock = threading.Lock()
_carrier: Carrier | None = None


def carry_on(loop: asyncio.AbstractEventLoop, hear: Callable[[Message], None]) -> Carrier:
    """Let the loop that serves this process's sockets also carry what the process publishes."""
    global _carrier
    with _lock:
        _carrier = Carrier(loop, hear)
        return _carrier


def _carrier_here() -> Carrier:
    """Return this process's carrier; workers and commands, which serve nobody, get a quiet thread."""
    global _carrier
    if _carrier is not None and _carrier.serves:
        return _carrier
    with _lock:
        if _carrier is None or not _carrier.serves:
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="realtime-carrier", daemon=True).start()
            _carrier = Carrier(loop)
        return _carrier
