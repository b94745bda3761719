"""The whole way: a post by the API, committed, through the layer, to those who may read it."""

import pytest

from chat.operations import post_message
from workspaces.models import Member
from workspaces.operations import remove_member


@pytest.fixture
def seated(committed, cast, line):
    """Return somebody's socket in the open channel, which may start in the past."""

    def sit(name, **words):
        one = line(cast.user(name))
        return one, one.subscribe(f"channel:{cast.general.pk}", **words)

    return sit


def test_a_post_reaches_the_partners_people(seated, cast, api):
    sol, said = seated("sol")

    posted = api("nora").post(f"channels/{cast.general.pk}/messages/", {"body": "你好, Sol"}).json()

    frame = sol.hear()
    assert (frame["type"], frame["seq"]) == ("message.posted", said["seq"] + 1)
    assert {name: frame["data"][name] for name in ("id", "seq", "body")} == {
        name: posted[name] for name in ("id", "seq", "body")
    }


def test_what_was_posted_meanwhile_is_replayed_before_what_comes(seated, cast):
    _nils, now = seated("nils")
    before = [post_message(actor=cast.nora, channel=cast.general, body=str(n)) for n in range(3)]

    sol, _said = seated("sol", since=now["seq"])
    live = post_message(actor=cast.nora, channel=cast.general, body="live")

    heard = [sol.hear() for _ in range(4)]
    assert [one["data"]["id"] for one in heard] == [str(one.pk) for one in (*before, live)]
    assert [one["seq"] for one in heard] == list(range(now["seq"] + 1, now["seq"] + 5))


def test_an_answer_brings_its_root_anew_and_the_numbers_go_on(seated, cast):
    root = post_message(actor=cast.nora, channel=cast.general, body="question")
    sol, said = seated("sol")

    answer = post_message(actor=cast.nils, channel=cast.general, body="answer", reply_to=root)
    after = post_message(actor=cast.nora, channel=cast.general, body="after")

    heard = [sol.hear() for _ in range(3)]
    assert [(one["type"], one["data"]["id"], one["seq"]) for one in heard] == [
        ("message.posted", str(answer.pk), said["seq"] + 1),
        ("message.edited", str(root.pk), None),
        ("message.posted", str(after.pk), said["seq"] + 2),
    ]
    assert heard[1]["data"]["thread"]["count"] == 1


def test_what_was_read_in_one_tab_is_known_in_the_other(committed, cast, api, line):
    post_message(actor=cast.nora, channel=cast.general, body="new")
    other, foreign = line(cast.user("sol")), line(cast.user("nora"))
    assert [one.subscribe("me")["type"] for one in (other, foreign)] == ["subscribed"] * 2

    moved = api("sol").put(f"channels/{cast.general.pk}/read/", {"seq": 2**40}).json()

    frame = other.hear()
    assert (frame["type"], frame["topic"], frame["seq"]) == ("read.moved", "me", None)
    assert frame["data"] == {"channel": str(cast.general.pk), "seq": moved["seq"], "unread": 0}
    assert foreign.heard() == []


@pytest.mark.parametrize("name", ["otto", "eve", "gale"])
def test_a_channel_one_is_not_in_is_not_there(seated, name):
    assert seated(name)[1]["code"] == "not_found"


def test_who_is_removed_hears_nothing_that_is_said_afterwards(seated, cast):
    sia, _ = seated("sia")
    sol, _ = seated("sol")
    seat = Member.objects.get(workspace=cast.apollo, user=cast.sia.user)

    remove_member(actor=cast.sol, seat=seat)
    post_message(actor=cast.nora, channel=cast.general, body="without Sia")

    assert sia.hear()["type"] == "unsubscribed"
    assert sia.heard() == []
    assert sol.hear()["data"]["body"] == "without Sia"


def test_a_key_bound_to_one_organization_hears_no_other(dial, committed, cast, token):
    """Sol works for Southbay; a key of Sol's for it hears apollo, one for nothing of Sol's does not exist."""
    secret = cast.token("sol")
    mine = dial(authorization=f"Bearer {secret}")
    assert mine.subscribe(f"channel:{cast.general.pk}")["type"] == "subscribed"

    cast.sol.user.tokens.update(org_id=cast.eastgate.pk)
    other = dial(authorization=f"Bearer {secret}")

    assert other.subscribe(f"channel:{cast.general.pk}")["code"] == "not_found"
