"""Who is here shows on the screens of those who watch, whichever process sees them come and go."""

import asyncio
import json
import time
from uuid import uuid4

import pytest
from django.conf import settings
from redis import Redis

from realtime import presence
from realtime.hub import hub
from realtime.presence import states_of
from realtime.publishing import show_person

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture(autouse=True)
def _everybody_may_watch(monkeypatch):
    """Who may watch whom is a question of a floor above."""
    monkeypatch.setattr(presence, "_tell", lambda actor, people: {one: {"status": None} for one in people})


@pytest.fixture
def page(dial, cookie):
    """Return somebody's page, as a browser holds its socket open."""
    return lambda user: dial(cookie=cookie(user), origin="http://localhost")


def watched(line, *people):
    line.put(type="watch", people=[str(one.pk) for one in people])
    return {one["id"]: one["state"] for one in line.hear()["data"]["people"]}


def told(line):
    frame = line.hear()
    assert (frame["type"], frame["topic"]) == ("presence", "me")
    return frame["data"]["people"]


def on(loop, work):
    return asyncio.run_coroutine_threadsafe(work(), loop).result(15)


def test_who_comes_and_falls_idle_is_seen(line, page, ines, wei):
    mine = line(ines)
    assert watched(mine, wei) == {str(wei.pk): "off"}

    theirs = page(wei)
    assert told(mine) == [{"id": str(wei.pk), "state": "online"}]

    theirs.put(type="presence", state="away")
    assert told(mine) == [{"id": str(wei.pk), "state": "away"}]

    second = page(wei)
    assert told(mine) == [{"id": str(wei.pk), "state": "online"}]
    second.put(type="presence", state="away")
    assert told(mine) == [{"id": str(wei.pk), "state": "away"}]


def test_who_leaves_is_waited_for_a_little(line, page, ines, wei, loop, monkeypatch):
    theirs = page(wei)
    mine = line(ines)
    assert watched(mine, wei) == {str(wei.pk): "online"}

    theirs.leave()
    page(wei)
    heard = [one["state"] for frame in mine.heard() for one in frame["data"]["people"]]
    assert set(heard) <= {"online"}, "from one page to the next nobody is seen to leave"


def test_who_does_not_come_back_is_gone(line, page, ines, wei, monkeypatch):
    monkeypatch.setattr(presence, "GRACE_SECONDS", 0.0)
    theirs = page(wei)
    mine = line(ines)
    assert watched(mine, wei) == {str(wei.pk): "online"}

    theirs.leave()

    while (people := told(mine))[0]["state"] == "online":
        pass  # that they came may be told after what was asked
    assert people == [{"id": str(wei.pk), "state": "off"}]
    assert states_of([wei.pk]) == {wei.pk: "off"}


def test_a_program_is_nobodys_presence(line, ines, wei):
    line(wei).heard()

    assert watched(line(ines), wei) == {str(wei.pk): "off"}


def test_what_another_process_has_seen_counts_until_it_says_no_more(line, page, ines, wei, loop):
    valkey, key = Redis.from_url(settings.REDIS_URL), f"presence:{wei.pk}"
    valkey.hset(key, "another process", f"online {time.time() + 60}")
    mine = line(ines)
    assert watched(mine, wei) == {str(wei.pk): "online"}

    theirs = page(wei)
    theirs.put(type="presence", state="away")
    theirs.heard()
    assert mine.heard() == [], "they are at a screen of the other process"

    valkey.hset(key, "another process", f"online {time.time() - 1}")  # it died, and said nothing

    async def beat():
        await hub().presence.beat()

    on(loop, beat)
    assert told(mine) == [{"id": str(wei.pk), "state": "away"}]


def test_what_somebody_says_of_themselves_reaches_who_watches(line, ines, wei):
    mine = line(ines)
    watched(mine, wei)

    show_person(wei.pk, {"status": {"emoji": "🎧", "words": "", "until": None}})

    assert told(mine) == [{"id": str(wei.pk), "status": {"emoji": "🎧", "words": "", "until": None}}]


def test_who_may_watch_no_more_is_told_and_hears_nothing_else(line, page, ines, wei, loop, monkeypatch):
    mine = line(ines)
    watched(mine, wei)
    monkeypatch.setattr(presence, "_tell", lambda actor, people: {})

    async def look():
        await hub().look_at_all()

    on(loop, look)
    assert told(mine) == [{"id": str(wei.pk), "state": None}]

    page(wei)
    assert mine.heard() == []


def test_who_stops_watching_hears_no_more(line, page, ines, wei):
    mine = line(ines)
    watched(mine, wei)

    mine.put(type="watch", people=[])
    mine.heard()
    page(wei).heard()

    assert mine.heard() == []


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "watch"},
        {"type": "watch", "people": "all"},
        {"type": "watch", "people": [1]},
        {"type": "watch", "people": ["x"]},
        {"type": "watch", "people": [str(uuid4()) for _ in range(201)]},
        {"type": "presence"},
        {"type": "presence", "state": "off"},
        {"type": "presence", "state": ["away"]},
    ],
)
def test_a_word_that_cannot_be_read_gets_an_error(line, ines, frame):
    mine = line(ines)

    mine.put_text(json.dumps(frame))

    assert mine.hear()["code"] == "malformed"
    assert mine.heard() == []
