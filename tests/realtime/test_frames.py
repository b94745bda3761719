"""What a client may send, and what happens when it sends something else."""

import json

import pytest

MALFORMED = [
    "{",
    "[]",
    '"ping"',
    "null",
    "{}",
    '{"type": 1}',
    '{"type": "dance"}',
    '{"type": "subscribe"}',
    '{"type": "subscribe", "topic": 1}',
    '{"type": "subscribe", "topic": null}',
    '{"type": "subscribe", "topic": "me", "since": "1"}',
    '{"type": "subscribe", "topic": "me", "since": -1}',
    '{"type": "subscribe", "topic": "me", "since": true}',
    '{"type": "subscribe", "topic": "me", "since": 9223372036854775808}',
    '{"type": "subscribe", "topic": "me", "as": "pdf"}',
    '{"type": "subscribe", "topic": "me", "as": ["json"]}',
    '{"type": "typing"}',
    '{"type": "ping", "x": "\\ud800"}',
    "[" * 5000,
]


@pytest.mark.parametrize("text", MALFORMED)
def test_a_malformed_frame_gets_an_error_and_nothing_breaks(line, ines, text):
    mine = line(ines)

    mine.put_text(text)

    assert mine.hear()["code"] == "malformed"
    assert mine.heard() == []


def test_a_frame_over_64_kib_gets_an_error(line, ines):
    mine = line(ines)

    mine.put(type="ping", filling="界" * 22_000)

    assert mine.hear() == {"type": "error", "code": "too_large", "detail": "A frame holds at most 64 KiB."}
    assert mine.heard() == []


def test_twenty_errors_close_the_socket(line, ines):
    mine = line(ines)

    for _ in range(20):
        mine.put_text("{")

    assert [mine.hear()["code"] for _ in range(20)] == ["malformed"] * 20
    assert mine.closed() == 4400


def test_nineteen_errors_do_not(line, ines):
    mine = line(ines)

    for _ in range(19):
        mine.put_text("{")

    assert len(mine.heard()) == 19


def test_too_many_frames_at_once_are_errors(line, ines):
    mine = line(ines)

    for _ in range(300):
        mine.put(type="ping")

    codes = [frame.get("code") for frame in (mine.hear() for _ in range(215))]
    assert "too_many_requests" in codes
    assert mine.closed() == 4400


def test_one_socket_listens_to_so_many_topics(line, ines, room, monkeypatch):
    monkeypatch.setattr("realtime.door.MOST_TOPICS", 1)
    mine = line(ines)
    mine.subscribe("me")

    assert mine.subscribe(room.name)["code"] == "too_many_topics"
    assert mine.subscribe("me")["type"] == "subscribed"


def test_errors_speak_the_persons_language(line, wei):
    mine = line(wei)

    mine.put_text(json.dumps({"type": "subscribe", "topic": "room:nowhere"}))

    assert mine.hear()["code"] == "not_found"
