"""Listening: let in, caught up, live."""

import asyncio
from uuid import uuid4

import pytest

from realtime import feeds, publish
from realtime.publishing import Carrier
from realtime.threads import ask
from realtime.topics import Frame, named
from realtime.wire import written


def test_what_is_said_reaches_everybody_who_listens(room, line, ines, wei):
    hers, his = line(ines), line(wei)
    assert hers.subscribe(room.name) == {"type": "subscribed", "topic": room.name, "seq": 0}
    his.subscribe(room.name)

    room.say("Guten Tag", "你好")

    for one in (hers, his):
        assert [one.hear() for _ in range(2)] == [
            {"type": "message.posted", "topic": room.name, "seq": 1, "data": {"words": "Guten Tag"}},
            {"type": "message.posted", "topic": room.name, "seq": 2, "data": {"words": "你好"}},
        ]


@pytest.mark.parametrize(
    "topic",
    ["room:{random}", "nothing:{random}", "room:", "room", "", "me:{ines}", "room:{ROOM}", "房:{random}"],
)
def test_a_foreign_topic_answers_like_a_missing_one(room, line, ines, topic):
    named = topic.format(random=uuid4(), ines=ines.pk, ROOM=str(room.id).upper())
    room.guests.clear()
    mine = line(ines)

    foreign, missing = mine.subscribe(room.name), mine.subscribe(named)

    assert foreign.pop("topic") == room.name
    assert missing.pop("topic") == named
    assert (
        foreign
        == missing
        == {"type": "error", "code": "not_found", "detail": "There is nothing here for you."}
    )


def test_what_came_before_arrives_first_and_once(room, line, ines):
    for number in range(450):
        room.write(str(number))
    mine = line(ines)
    room.asked = lambda: room.say("while you come in")

    assert mine.subscribe(room.name, since=3)["seq"] == 450
    room.asked = lambda: None
    room.say("afterwards")

    assert [mine.hear()["seq"] for _ in range(449)] == list(range(4, 453))
    assert mine.heard() == []


def test_without_a_number_only_what_comes_arrives(room, line, ines):
    room.say("before")
    mine = line(ines)
    room.asked = lambda: room.say("just after the look")

    assert mine.subscribe(room.name)["seq"] == 1
    assert mine.hear()["seq"] == 2


def test_a_number_from_the_future_is_told_how_far_the_topic_is(room, line, ines):
    room.say("one")
    mine = line(ines)

    assert mine.subscribe(room.name, since=99)["seq"] == 1
    room.say("two")
    assert mine.hear()["seq"] == 2


def test_events_that_overtake_each_other_arrive_in_order(room, line, ines):
    mine = line(ines)
    mine.subscribe(room.name)

    for late in reversed([room.write(word) for word in ("one", "two", "three")]):
        room.show(late)

    assert [mine.hear()["seq"] for _ in range(3)] == [1, 2, 3]


def test_an_event_that_never_comes_is_said_as_a_gap(room, line, ines):
    mine = line(ines)
    mine.subscribe(room.name)
    room.write("lost")
    room.write("lost as well")

    room.say("arrives")

    assert mine.hear() == {"type": "gap", "topic": room.name, "from": 1, "to": 2}
    assert mine.hear()["seq"] == 3


def test_what_was_lost_last_shows_when_the_socket_is_looked_at(room, line, ines, hub_here):
    mine = line(ines)
    mine.subscribe(room.name)
    room.write("lost, and nothing after it")

    hub_here("look_at_all")

    assert mine.hear() == {"type": "gap", "topic": room.name, "from": 1, "to": 1}


def test_who_leaves_hears_no_more(room, line, ines):
    mine = line(ines)
    mine.subscribe(room.name)

    mine.put(type="unsubscribe", topic=room.name)
    mine.heard()
    room.say("unheard")

    assert mine.heard() == []
    assert mine.subscribe(room.name, since=0)["seq"] == 1
    assert mine.hear()["data"] == {"words": "unheard"}


def test_subscribing_anew_starts_anew(room, line, ines):
    mine = line(ines)
    mine.subscribe(room.name)
    room.say("one")
    mine.hear()

    assert mine.subscribe(room.name, since=0)["type"] == "subscribed"
    assert mine.hear()["seq"] == 1
    room.say("two")
    assert [one["seq"] for one in mine.heard() or [mine.hear()]] == [2]


def test_a_person_hears_their_own_topic_on_every_screen(ines, wei, line):
    from realtime import publish

    screens, his = [line(ines), line(ines)], line(wei)
    for one in (*screens, his):
        assert one.subscribe("me") == {"type": "subscribed", "topic": "me", "seq": None}

    publish(f"me:{ines.pk}", "notification.created", {"id": "1"})

    for one in screens:
        assert one.hear() == {"type": "notification.created", "topic": "me", "seq": None, "data": {"id": "1"}}
    assert his.heard() == []


def test_fragments_are_drawn_once_a_language_and_only_where_wanted(room, line, ines, wei):
    plain, first, second, chinese = line(ines), line(ines), line(ines), line(wei)
    plain.subscribe(room.name)
    room.say("nobody wants it drawn")
    assert "html" not in plain.hear()
    assert room.drawn == []

    for one in (first, second, chinese):
        one.subscribe(room.name, **{"as": "html"})
    room.say("hi")

    assert first.hear()["html"] == second.hear()["html"] == "<li lang=en>hi</li>"
    assert chinese.hear()["html"] == "<li lang=zh-hans>hi</li>"
    assert "html" not in plain.hear()
    assert room.drawn == ["hi", "hi"]


def test_what_waits_to_be_drawn_is_drawn_in_one_go_and_heard_in_its_order(room, line, ines, wei, monkeypatch):
    asked, is_held = [], True

    async def held(actor, what, *words):
        if what is feeds._drawn:
            asked.append(len(words[1]))
            while is_held:
                await asyncio.sleep(0.01)
        return await ask(actor, what, *words)

    monkeypatch.setattr(feeds, "ask", held)
    mine, plain, his = line(ines), line(ines), line(wei)
    mine.subscribe(room.name, **{"as": "html"})
    for one in (plain, his):
        one.subscribe(room.name)

    room.say("0")
    plain.hear()
    room.say("1")
    plain.hear()
    his.put(type="typing", topic=room.name)
    assert plain.hear()["type"] == "typing"
    room.say("2", "3")
    assert [plain.hear()["seq"] for _ in range(2)] == [3, 4]
    is_held = False

    heard = [mine.hear() for _ in range(5)]
    assert [one.get("html", one["type"]) for one in heard] == [
        "<li lang=en>0</li>", "<li lang=en>1</li>", "typing", "<li lang=en>2</li>", "<li lang=en>3</li>",
    ]  # fmt: skip
    assert asked == [1, 4], "the first alone, since nothing waited with it"


def test_what_came_before_comes_drawn_too(room, line, wei):
    room.write("早")

    mine = line(wei)
    mine.subscribe(room.name, since=0, **{"as": "html"})

    assert mine.hear()["html"] == "<li lang=zh-hans>早</li>"


def test_typing_is_shown_and_has_no_number(room, line, ines, wei):
    hers, his = line(ines), line(wei)
    hers.subscribe(room.name)
    his.subscribe(room.name)

    hers.put(type="typing", topic=room.name)

    shown = {"user": {"id": str(ines.pk), "name": "Ines"}}
    assert his.hear() == {"type": "typing", "topic": room.name, "seq": None, "data": shown}


def test_a_key_that_may_only_read_does_not_type(room, line, ines):
    mine = line(ines, scope="read")
    mine.subscribe(room.name)

    mine.put(type="typing", topic=room.name)

    assert mine.hear()["code"] == "not_allowed"


def test_nobody_types_where_they_do_not_listen(room, line, ines):
    mine = line(ines)

    mine.put(type="typing", topic=room.name)

    assert mine.hear()["code"] == "not_found"


def test_while_the_layer_is_away_a_process_still_hears_itself(room, line, wei, monkeypatch):
    one = line(wei)
    one.subscribe(room.name)

    async def away(group, message):
        raise ConnectionError

    layer = type("Layer", (), {"group_send": staticmethod(away)})
    monkeypatch.setattr("realtime.publishing.get_channel_layer", lambda: layer)
    room.say("one", "two")

    assert [one.hear()["seq"] for _ in range(2)] == [1, 2]


def test_what_another_process_says_arrives_and_ones_own_arrives_once(room, line, wei, loop):
    one = line(wei)
    one.subscribe(room.name)
    other = Carrier(loop)  # as another process has one: nobody hears it but through the layer

    room.say("here")
    there = room.write("there")
    to = named(room.name)
    text = written(Frame(there.type, to.wire, there.seq, there.data))
    said = {"type": "event", "topic": to.name, "name": there.type, "seq": there.seq, "acl": 0, "text": text}
    other.carry(to.group, said)
    assert [one.hear()["seq"] for _ in range(2)] == [1, 2]

    publish(room.name, "typing", {"user": {"id": "x"}})
    publish(room.name, "typing", {"user": {"id": "y"}})
    assert [one.hear()["data"]["user"]["id"] for _ in range(2)] == ["x", "y"], (
        "what bears no number is not doubled"
    )
