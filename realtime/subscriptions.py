"""One socket's place at one topic: let in, caught up, live, and out again."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from kernel.acting import acting
from kernel.actor import Actor
from kernel.figures import FRAMES
from realtime.feeds import PLATFORM, Feed, fragment
from realtime.threads import ask
from realtime.topics import Standing, Topic
from realtime.wire import Event, encoded, written

if TYPE_CHECKING:
    from realtime.sockets import Socket

PAGE = 200
MOST_HELD = 1000


class Subscription:
    def __init__(self, socket: "Socket", feed: Feed, *, as_html: bool) -> None:
        self.socket = socket
        self.feed = feed
        self.as_html = as_html
        self.actor: Actor | None = None  # in the hat that the topic's owner gave them; None until let in
        self.last: int | None = None  # the number of the last event sent
        self.acl_version = 0
        self.since: datetime | None = None  # what was said earlier is not theirs to read
        self.within: Mapping[str, int] | None = None  # of what they may hear here, if not of everything
        self.missed: tuple[int | None, int | None] | None = None  # what did not fit into the socket's queue
        self.is_over = False
        self._held: list[tuple[Event, str]] | None = []  # what arrives before it is live
        self._overheld = False

    def is_outdated(self, event: Event) -> bool:
        """Tell whether access has changed since they were let in to what the event tells of."""
        if self._held is not None:
            return False
        if self.within is None:
            return self.acl_version < event.acl_version
        return self.within.get(event.about, event.acl_version) < event.acl_version

    async def start(self, since: int | None) -> bool:
        """Let the socket in: what came after ``since`` first, then what comes from now on.

        The feed is joined already, so whatever the database does not show yet is held back here.
        """
        standing = await self._ask()
        if standing is None or self.is_over:
            return False
        self.feed.start_from(standing.seq)
        self.socket.say(encoded(type="subscribed", topic=self.feed.topic.wire, seq=standing.seq))
        self.last = standing.seq
        if since is not None and standing.seq is not None:
            self.last = min(since, standing.seq)
            await self._replay(standing.seq)
        return await self._go_live()

    async def _go_live(self) -> bool:
        while not self.is_over:
            held = self._held or []
            if self._overheld:
                self._overheld, self._held = False, []
                await self._replay(self.feed.last or 0)
            elif (newest := max((event.acl_version for event, _ in held), default=0)) > self.acl_version:
                if await self._ask() is None:
                    return False
                self.acl_version = max(newest, self.acl_version)
            else:
                self._held = None
                FRAMES.inc(sum(self.accept(event, text) for event, text in held))
                return True
        return False

    async def _ask(self) -> Standing | None:
        """Ask who owns the topic whether this person may listen; in which hat is theirs to say."""
        standing = await ask(
            self.socket.actor, self.feed.topic.kind.find, self.socket.actor, self.feed.topic.id
        )
        if standing is not None:
            self.actor, self.acl_version = standing.actor, standing.acl_version
            self.since, self.within = standing.since, standing.within
        return standing

    async def _replay(self, reached: int) -> None:
        """Send what the database has after ``last``, and at least up to ``reached``."""
        replay = self.feed.topic.kind.replay
        language = self.socket.language if self.as_html else None
        while replay is not None and not self.is_over:
            page = await ask(self.actor, _page, self.feed.topic, self.actor, self.last, language)
            for seq, text in page:
                await self.socket.room()
                FRAMES.inc(self.socket.put(text, self, seq))
                self.last = seq
            if len(page) < PAGE:
                break
        self.last = max(self.last or 0, reached)

    def accept(self, event: Event, text: str) -> bool:
        """Pass on what is theirs to hear and new to them; every event comes here once for each who listens.

        Returns:
            whether a frame has left at once.
        """
        if self.within is not None and event.about and event.about not in self.within:
            return False
        if self._held is not None:
            if len(self._held) < MOST_HELD:
                self._held.append((event, text))
            else:
                self._overheld = True
            return False
        seq = event.seq
        if seq is not None:
            if self.last is not None and seq <= self.last:
                return False
            self.last = seq
        told = text if self.since is None else self._told(event, text, self.since)
        return told is not None and self.socket.put(told, self, seq)

    def _told(self, event: Event, text: str, since: datetime) -> str | None:
        """Return what this one hears of an event: all of it, or less, where it is of what was said before they came."""
        told = event.told_since(since, self.feed.topic.wire)
        return text if told == event.text else told

    def miss(self, seq: int | None) -> None:
        """Note what could not be sent. Where events have no numbers, just that something was."""
        if self.last is None:
            self.missed = (None, None)
        elif seq is not None:
            self.missed = (self.missed[0] if self.missed else seq, seq)

    async def look_again(self, acl_version: int) -> None:
        """See whether access outlived its change; if that cannot be told, the socket is closed."""
        try:
            standing = await self._ask()
        except Exception:
            self.socket.fail()
            return
        if standing is None:
            self.lose()
        self.acl_version = max(self.acl_version, acl_version)

    def renew(self, standing: Standing | None) -> None:
        """Take over what a look at the whole socket has found."""
        if standing is None:
            self.lose()
            return
        self.actor, self.acl_version = standing.actor, max(self.acl_version, standing.acl_version)
        self.since, self.within = standing.since, standing.within
        self.feed.start_from(standing.seq)

    def lose(self) -> None:
        if not self.is_over:
            self.end()
            self.socket.say(encoded(type="unsubscribed", topic=self.feed.topic.wire, reason="access_ended"))

    def end(self) -> None:
        self.is_over = True
        self.socket.forget(self)


def _page(topic: Topic, actor: Actor, since: int, language: str | None) -> list[tuple[int, str]]:
    assert topic.kind.replay is not None
    frames = topic.kind.replay(actor, topic.id, since, PAGE)
    with acting(PLATFORM):
        htmls = [fragment(topic.kind, one.type, one.data, language) if language else "" for one in frames]
    return [(one.seq or 0, written(one, html)) for one, html in zip(frames, htmls, strict=True)]
