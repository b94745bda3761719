"""One topic as this process hears it: every event once, in order, to each socket here that may see it."""

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING

from django.utils import translation

from kernel.actor import Actor
from kernel.figures import FRAMES
from realtime.threads import ask
from realtime.topics import Kind, Topic
from realtime.wire import Event, hole

if TYPE_CHECKING:
    from realtime.subscriptions import Subscription

logger = logging.getLogger("collab.realtime")
PLATFORM = Actor.system("realtime")
PATIENCE_SECONDS = 0.5  # how long a missing event may be late before listeners hear that it is missing
MOST_EARLY = 2000
UNDRAWN = ("gap", "typing", "presence")


class Feed:
    """Events of one topic. They wait here for one that is late, for a second look at who may listen after
    access has changed, and, for those who want it, for the fragment that is drawn once for all."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.users = 0  # subscriptions here, those on their way in among them
        self.listeners: set[Subscription] = set()
        self.last: int | None = None  # the number of the last event passed on
        self._numbered: bool | None = None  # None until the first listener has been let in
        self._early: dict[int, Event] = {}
        self._promised = 0  # the number that the database has reached, as far as we know
        self._timer: asyncio.TimerHandle | None = None
        self._unchecked: deque[Event] = deque()
        self._undrawn: deque[Event] = deque()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    # ── In order ─────────────────────────────────────────────────────────────
    def start_from(self, seq: int | None) -> None:
        """Learn from the database how far the topic has come."""
        if self._numbered is None:
            self._numbered, self.last = seq is not None, seq
            early, self._early = self._early, {}
            for number in sorted(early):
                self.take(early[number])
        elif seq is not None and self.last is not None and seq > self.last:
            self._promised = max(self._promised, seq)
            self._be_patient()

    def take(self, event: Event) -> None:
        seq = event.seq
        if seq is None or self._numbered is False:
            self._pass_on(event)
        elif self.last is None or seq > self.last + 1:
            if len(self._early) < MOST_EARLY:
                self._early[seq] = event
            self._promised = max(self._promised, seq)
            if self.last is not None:
                self._be_patient()
        elif seq > self.last:
            self.last = seq
            self._pass_on(event)
            self._follow()

    def _follow(self) -> None:
        """Pass on what was waiting for the event that has just come."""
        while self.last is not None and (event := self._early.pop(self.last + 1, None)) is not None:
            self.last += 1
            self._pass_on(event)
        if self._timer is not None and self.last is not None and self.last >= self._promised:
            self._timer.cancel()
            self._timer = None

    def _be_patient(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._lose_patience)

    def _lose_patience(self) -> None:
        """Say what is missing and go on after it."""
        self._timer = None
        assert self.last is not None
        self._early = {seq: event for seq, event in self._early.items() if seq > self.last}
        before = min(self._early, default=self._promised + 1) - 1
        if before > self.last:
            self._pass_on(hole(self.topic.wire, self.last + 1, before))
            self.last = before
        self._follow()
        if self.last < self._promised:
            self._be_patient()

    # ── To those who may still listen ────────────────────────────────────────
    def _pass_on(self, event: Event) -> None:
        if self._unchecked or self._outdated(event):
            self._unchecked.append(event)
            self._work("check", self._check)
        else:
            self._deliver(event)

    def _outdated(self, event: Event) -> list["Subscription"]:
        return [one for one in self.listeners if one.is_outdated(event)]

    async def _check(self) -> None:
        """Look again at who was let in before access changed, before they hear what came after."""
        while self._unchecked:
            event = self._unchecked[0]
            if outdated := self._outdated(event):
                await asyncio.gather(*(one.look_again(event.acl_version) for one in outdated))
            self._unchecked.popleft()
            self._deliver(event)

    def _deliver(self, event: Event) -> None:
        wanting, sent, text = False, 0, event.text
        for one in tuple(self.listeners):
            if one.as_html:
                wanting = True
            else:
                sent += one.accept(event, text)
        FRAMES.inc(sent)
        if wanting:
            self._undrawn.append(event)
            self._work("draw", self._draw)

    # ── As fragments ─────────────────────────────────────────────────────────
    async def _draw(self) -> None:
        while self._undrawn:
            events = list(self._undrawn)
            self._undrawn.clear()
            kind, languages = self.topic.kind, {one.socket.language for one in self.listeners if one.as_html}
            texts: list[dict[str, str]] = [{} for _ in events]
            if kind.render is not None and any(one.type not in UNDRAWN for one in events):
                texts = await ask(PLATFORM, _drawn, kind, events, languages)
            for event, by_language in zip(events, texts, strict=True):
                heard = [one for one in self.listeners if one.as_html]
                FRAMES.inc(
                    sum(one.accept(event, by_language.get(one.socket.language, event.text)) for one in heard)
                )

    def _work(self, name: str, work: object) -> None:
        if name not in self._tasks or self._tasks[name].done():
            self._tasks[name] = asyncio.get_running_loop().create_task(work())  # type: ignore[operator]

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks.values():
            task.cancel()


def _drawn(kind: Kind, events: list[Event], languages: set[str]) -> list[dict[str, str]]:
    """Return the text of each event with its fragment, by language."""
    return [
        {one: event.with_html(fragment(kind, event.type, event.data, one)) for one in languages}
        if event.type not in UNDRAWN
        else {}
        for event in events
    ]


def fragment(kind: Kind, type: str, data: dict, language: str) -> str:
    """Return an event's fragment; one that cannot be drawn goes without, and the page asks for it."""
    if kind.render is None:
        return ""
    try:
        with translation.override(language):
            return kind.render(type, data)
    except Exception:
        logger.exception("a fragment cannot be drawn")
        return ""
