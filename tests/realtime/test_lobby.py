"""A plain message marks its channel in the sidebars of all who read it: one frame for the room, one a second at most."""

import asyncio

import pytest

from chat.operations import open_channel, post_message
from realtime import publishing
from realtime.publishing import Carrier, publish_newest
from workspaces.models import Member
from workspaces.operations import remove_member


@pytest.fixture
def lobby(committed, cast, line):
    """Return somebody's socket at the door of the room, and what it was answered."""

    def sit(name):
        one = line(cast.user(name))
        return one, one.subscribe(f"lobby:{cast.apollo.pk}")

    return sit


def test_who_reads_all_open_channels_hears_that_one_has_something_new_and_not_what(lobby, cast):
    sol, said = lobby("sol")
    assert said["type"] == "subscribed"

    message = post_message(actor=cast.nora, channel=cast.general, body="Not a word of this")

    frame = sol.hear()
    assert (frame["type"], frame["seq"]) == ("channel.posted", None)
    assert frame["data"] == {"id": str(cast.general.pk), "seq": message.seq}


def test_of_what_not_all_read_nothing_is_said_there(lobby, cast):
    sol, _said = lobby("sol")
    closed = open_channel(actor=cast.nora, workspace=cast.apollo, name="closed", kind="private")
    ours = open_channel(actor=cast.nora, workspace=cast.apollo, name="ours", internal_to=cast.northwind)
    for place in (closed, ours):
        post_message(actor=cast.nora, channel=place, body="Among us")
    plain = open_channel(actor=cast.nora, workspace=cast.apollo, name="plain")
    post_message(actor=cast.nora, channel=plain, body="For all")

    told = [one["data"]["id"] for one in (sol.hear(), *sol.heard()) if one["type"] == "channel.posted"]

    assert told == [str(plain.pk)]


def test_an_outside_contact_and_who_has_no_seat_are_not_let_in(lobby, cast):
    for name in ("gale", "otto", "eve"):
        assert lobby(name)[1]["type"] == "error"


def test_who_loses_their_seat_hears_nothing_more(lobby, cast):
    sia, _said = lobby("sia")
    seat = Member.objects.get(workspace=cast.apollo, user=cast.sia.user)

    remove_member(actor=cast.sol, seat=seat)

    assert sia.hear()["type"] == "unsubscribed"


def test_of_many_posts_the_first_is_told_at_once_and_the_newest_within_a_second(monkeypatch):
    """Whatever comes in a second is one frame more: posting costs the same, however much is said."""
    sent = []

    async def group_send(group, message):
        sent.extend(one["text"] for one in message.get("messages", [message]))

    class Layer:
        pass

    layer = Layer()
    layer.group_send = group_send
    monkeypatch.setattr(publishing, "get_channel_layer", lambda: layer)
    monkeypatch.setattr(publishing, "REST_SECONDS", 0.05)

    async def go():
        carrier = Carrier(asyncio.get_running_loop())
        for n in range(100):
            carrier.carry_newest("a", "g", {"text": f"a{n}"})
        carrier.carry_newest("b", "g", {"text": "b"})
        await asyncio.sleep(0.2)
        assert not carrier._resting, "nothing is kept of what is quiet"

    asyncio.run(go())

    assert sent == ["a0", "b", "a99"]


def test_what_waits_for_one_group_goes_together_and_in_its_order(monkeypatch):
    sent = []

    async def group_send(group, message):
        sent.append((group, [one["n"] for one in message.get("messages", [message])]))

    monkeypatch.setattr(
        publishing, "get_channel_layer", lambda: type("Layer", (), {"group_send": staticmethod(group_send)})
    )
    monkeypatch.setattr(publishing, "MOST_TOGETHER", 3)
    monkeypatch.setattr(publishing, "GATHERING_SECONDS", 0.3)

    async def go():
        carrier = Carrier(asyncio.get_running_loop())
        for n, group in enumerate("aaaabba"):
            carrier.carry(group, {"n": n})
        await asyncio.sleep(0.5)

    asyncio.run(go())

    assert sent == [("a", [0, 1, 2]), ("a", [3, 6]), ("b", [4, 5])]


def test_the_first_is_heard_at_once_and_what_follows_closely_in_one_turn(monkeypatch):
    """A socket takes frames of one turn with one call of the system: a busy channel costs less, a quiet one waits for nothing."""

    async def group_send(group, message):
        pass

    monkeypatch.setattr(
        publishing, "get_channel_layer", lambda: type("Layer", (), {"group_send": staticmethod(group_send)})
    )
    monkeypatch.setattr(publishing, "GATHERING_SECONDS", 1.0)

    async def go():
        loop, turns = asyncio.get_running_loop(), {}
        carrier = Carrier(loop, lambda message: turns.setdefault(loop.time() // 0.1, []).append(message["n"]))
        began = loop.time()
        for n in range(4):
            carrier.carry("g", {"n": n})
            await asyncio.sleep(0.01)
        assert [one for turn in turns.values() for one in turn] == [0], "it waits for none that may follow"
        while sum(map(len, turns.values())) < 4 and loop.time() < began + 5:
            await asyncio.sleep(0.01)
        return list(turns.values())

    assert asyncio.run(go()) == [[0], [1, 2, 3]]


def test_it_is_published_as_any_frame_is(monkeypatch, cast):
    carried = []
    monkeypatch.setattr(
        publishing,
        "_carrier_here",
        lambda: type("C", (), {"carry_newest": staticmethod(lambda *said: carried.append(said))}),
    )

    publish_newest(f"lobby:{cast.apollo.pk}", "channel.posted", {"id": "c", "seq": 7})

    ((about, group, message),) = carried
    assert about == f"lobby:{cast.apollo.pk} channel.posted c"
    assert (group, message["seq"]) == (f"lobby.{cast.apollo.pk.hex}", None)
