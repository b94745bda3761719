"""A message in a channel that not everybody reads marks it in the sidebars of those who do, and nobody else hears of it."""

import pytest

from chat import live
from chat.events import MessagePosted, Place
from chat.operations import (
    add_to_channel,
    change_channel,
    open_channel,
    open_direct,
    post_message,
    remove_from_channel,
)
from realtime import publishing
from tests.chat.conftest import fresh


@pytest.fixture
def few(committed, cast):
    """Private: Nora, Sol and Gale are in it; Sia, who sits in the room, is not."""
    place = open_channel(actor=cast.nora, workspace=cast.apollo, name="few", kind="private")
    for name in ("sol", "gale"):
        add_to_channel(actor=cast.nora, channel=place, user=cast.user(name))
    return fresh(place)


@pytest.fixture
def inside(committed, cast, line):
    """Return somebody's socket in the room, and what it was answered."""

    def sit(name):
        one = line(cast.user(name))
        return one, one.subscribe(f"inner:{cast.apollo.pk}")

    return sit


def told(*sockets):
    return [
        [one["data"]["id"] for one in socket.heard() if one["type"] == "channel.posted"] for socket in sockets
    ]


def test_who_reads_a_private_channel_hears_that_it_has_something_new_and_not_what(inside, cast, few):
    sol, answer = inside("sol")
    gale, _answer = inside("gale")
    sia, _answer = inside("sia")
    assert answer["type"] == "subscribed"

    message = post_message(actor=cast.nora, channel=few, body="Not a word of this")

    for one in (sol, gale):
        frame = one.hear()
        assert (frame["type"], frame["seq"]) == ("channel.posted", None)
        assert frame["data"] == {"id": str(few.pk), "seq": message.seq}
    assert told(sia) == [[]], "premise: Sia sits in the room; she does not read it, and hears nothing"


def test_internal_and_labelled_channels_tell_those_who_read_them(inside, cast):
    ours = open_channel(actor=cast.nora, workspace=cast.apollo, name="ours", internal_to=cast.northwind)
    marked = open_channel(actor=cast.nora, workspace=cast.apollo, name="marked")
    marked = fresh(change_channel(actor=cast.nora, channel=marked, label="confidential"))
    nils, _answer = inside("nils")
    sia, _answer = inside("sia")
    for place in (ours, marked):
        post_message(actor=cast.nora, channel=place, body="Among us")

    assert {nils.hear()["data"]["id"], nils.hear()["data"]["id"]} == {str(ours.pk), str(marked.pk)}
    assert told(sia) == [[]]


def test_of_open_channels_and_direct_messages_nothing_is_said_there(inside, cast, few):
    sol, _answer = inside("sol")
    post_message(actor=cast.nora, channel=cast.general, body="For all")
    direct = open_direct(actor=cast.nora, users=[cast.user("sol")])
    post_message(actor=cast.nora, channel=direct, body="For one")
    post_message(actor=cast.nora, channel=few, body="For some")

    assert sol.hear()["data"]["id"] == str(few.pk)


def test_who_was_taken_out_or_is_not_cleared_any_more_hears_nothing_of_what_comes_after(inside, cast, few):
    sol, _answer = inside("sol")
    nils, _answer = inside("nils")
    post_message(actor=cast.nora, channel=few, body="one")
    assert sol.hear()["data"]["id"] == str(few.pk), "premise"
    add_to_channel(actor=cast.nora, channel=few, user=cast.user("nils"))
    change_channel(actor=cast.nora, channel=few, label="confidential")  # Southbay is not cleared for that

    post_message(actor=cast.nora, channel=fresh(few), body="two")

    assert nils.hear()["data"]["id"] == str(few.pk), "who was let in meanwhile hears of it"
    assert told(sol) == [[]]


def test_who_is_taken_out_hears_nothing_more(inside, cast, few):
    sol, _answer = inside("sol")
    gale, _answer = inside("gale")
    remove_from_channel(actor=cast.nora, channel=few, user=cast.user("sol"))

    post_message(actor=cast.nora, channel=few, body="without Sol")

    assert gale.hear()["data"]["id"] == str(few.pk)
    assert told(sol) == [[]]


def test_who_does_not_know_the_room_is_not_let_in(inside):
    for name in ("otto", "eve"):
        assert inside(name)[1]["type"] == "error"


def test_a_post_is_told_of_by_one_word_and_asks_nothing_more(
    cast, few, monkeypatch, django_assert_num_queries
):
    carried = []
    carrier = type("C", (), {"carry_newest": staticmethod(lambda *said: carried.append(said))})
    monkeypatch.setattr(publishing, "_carrier_here", lambda: carrier)
    message = post_message(actor=cast.nora, channel=few, body="x")
    carried.clear()
    facts = {"thread_id": None, "mentions": (), "key": None}
    with django_assert_num_queries(0):
        live.mark_in_sidebars(MessagePosted.about(message, cast.nora, Place().settle(1, 1, 7), **facts))

    ((_about, group, frame),) = carried
    assert (group, frame["about"], frame["acl"]) == (f"inner.{cast.apollo.pk.hex}", str(few.pk), 7)
