"""Frames as text: each is written once, whoever reads it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson

from realtime.topics import Frame


def encoded(**words: Any) -> str:
    return orjson.dumps(words, default=str).decode()


def written(frame: Frame, html: str = "") -> str:
    """Return the frame's text; with its fragment, where there is one."""
    words: dict[str, Any] = {"type": frame.type, "topic": frame.topic, "seq": frame.seq, "data": frame.data}
    return encoded(**words, html=html) if html else encoded(**words)


@dataclass(frozen=True)
class Event:
    """What arrives from the channel layer: the text that leaves again as it is, and what the hub must know.

    ``about`` is the id of the one thing that it tells of, where its topic tells of several.
    """

    type: str
    seq: int | None
    acl_version: int
    text: str
    about: str = ""

    @cached_property
    def data(self) -> dict[str, Any]:
        return orjson.loads(self.text)["data"]

    def told_since(self, since: datetime, topic: str) -> str | None:
        """Return what one hears of it who reads what was said from ``since`` on: nothing, where it has no number.

        Of what is older just that something happened; and where it quotes what is older, to ask for it over HTTP.
        """
        own, quoted = self.data.get("created_at"), (self.data.get("quote") or {}).get("created_at")
        if own and datetime.fromisoformat(own) < since:
            frame = Frame(self.type, topic, self.seq, {"id": topic.partition(":")[2]})
            return written(frame) if self.seq is not None else None
        if quoted and datetime.fromisoformat(quoted) < since:
            return hole(topic, self.seq, self.seq).text if self.seq is not None else None
        return self.text

    def with_html(self, html: str) -> str:
        return f'{self.text[:-1]},"html":{orjson.dumps(html).decode()}}}' if html else self.text


def hole(topic: str, first: int | None, last: int | None) -> Event:
    """Return the word that events went missing; whoever needs them asks over HTTP."""
    return Event("gap", last, 0, encoded(type="gap", topic=topic, **{"from": first, "to": last}))
