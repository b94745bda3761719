"""What a screen hears: let in or not, caught up in order, with the fragment that the page is drawn from."""

import pytest

from chat import live
from chat.operations import (
    add_to_channel,
    archive_channel,
    change_channel,
    delete_message,
    edit_message,
    mark_read,
    post_message,
    react,
    responses,
)
from realtime.topics import KINDS
from tests.chat.conftest import fresh, said


def test_who_reads_a_channel_may_listen_to_it_and_nobody_else(cast, quiet, pricing):
    listen = KINDS["channel"].find

    standing = listen(cast.sol, quiet.pk)
    assert (standing.seq, standing.acl_version) == (fresh(quiet).last_event_seq, fresh(quiet).acl_version)
    assert standing.actor.org_id == cast.southbay.pk
    for actor in (cast.sol, cast.gale, cast.otto):
        assert listen(actor, pricing.pk) is None


def test_what_was_missed_comes_in_order_and_as_it_is_today(cast, quiet):
    first, second = said(quiet, cast.nora, "one", "two")
    react(actor=cast.sol, message=first, emoji="👍")
    edit_message(actor=cast.nora, message=second, body="two, better")
    delete_message(actor=cast.nora, message=first)

    frames = live.replay(cast.sol, quiet.pk, 0, 200)

    assert [frame.seq for frame in frames] == [1, 2, 3, 4, 5]
    assert [frame.type for frame in frames] == [
        "message.posted", "message.posted", "reaction.changed", "message.edited", "message.deleted",
    ]  # fmt: skip
    assert [frame.data["body"] for frame in frames] == ["", "two, better", "", "two, better", ""]
    assert [frame.seq for frame in live.replay(cast.sol, quiet.pk, 3, 200)] == [4, 5]
    assert [frame.seq for frame in live.replay(cast.sol, quiet.pk, 0, 2)] == [1, 2]


def test_events_over_http_are_those_of_the_socket(cast, api, quiet):
    said(quiet, cast.nora, "one", "two", "three")
    where = f"channels/{quiet.pk}/events/"

    first = api("sol").get(f"{where}?since=0&limit=2").json()
    rest = api("sol").get(f"{where}?since={first['next']}&as=html").json()

    assert [one["seq"] for one in first["results"]] == [1, 2]
    assert [one["seq"] for one in rest["results"]] == [3]
    assert rest["next"] is None
    assert "<p>three</p>" in rest["results"][0]["html"]
    for wrong in ("x", "-1", "1e3", "٣"):
        assert api("sol").get(f"{where}?since={wrong}").status_code == 422


@pytest.fixture
def shown(monkeypatch):
    """What screens are shown: topic, type, data and place of each event."""
    found = []

    def publish(topic, kind, data, **place):
        found.append((topic, kind, data, place))

    def publish_to(people, kind, data):
        for user_id in people:
            publish(f"me:{user_id}", kind, data)

    monkeypatch.setattr(live, "publish", publish)
    monkeypatch.setattr(live, "publish_to", publish_to)
    monkeypatch.setattr(responses, "publish", publish)
    return found


def test_a_post_is_shown_to_the_channel_once_committed(
    cast, quiet, shown, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        (message,) = said(quiet, cast.nora, f"hello @{cast.sol.user.name}")
        assert not shown, "premise: nothing is shown before the commit"

    topics = {topic: (kind, data, place) for topic, kind, data, place in shown}
    kind, data, place = topics[f"channel:{quiet.pk}"]
    assert (kind, data["id"], place["seq"]) == ("message.posted", str(message.pk), 1)
    assert topics[f"me:{cast.sol.user.pk}"][0] == "channel.changed"


def test_an_answer_also_shows_its_root_anew_outside_of_the_numbers(
    cast, quiet, shown, django_capture_on_commit_callbacks
):
    (root,) = said(quiet, cast.nora, "question")

    with django_capture_on_commit_callbacks(execute=True):
        answer = post_message(actor=cast.sol, channel=quiet, body="answer", reply_to=root)

    frames = [one[1:] for one in shown if one[0] == f"channel:{quiet.pk}"]
    assert [(kind, data["id"], place.get("seq")) for kind, data, place in frames] == [
        ("message.posted", str(answer.pk), 2),
        ("message.edited", str(root.pk), None),
    ]
    assert frames[1][1]["thread"]["count"] == 1
    assert frames[1][1]["edited_at"] is None
    assert "1 reply" in live.render("message.edited", frames[1][1])
    assert fresh(quiet).last_event_seq == 2


def test_a_change_of_the_channel_carries_its_number_and_who_might_listen_then(
    cast, quiet, shown, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        change_channel(actor=cast.nora, channel=quiet, topic="first")
        change_channel(actor=cast.nora, channel=quiet, topic="second")
        add_to_channel(actor=cast.nora, channel=quiet, user=cast.gale.user)
        archive_channel(actor=cast.nora, channel=quiet)

    places = [place for topic, _kind, _data, place in shown if topic == f"channel:{quiet.pk}"]
    before = fresh(quiet).acl_version - 1
    assert places == [
        {"seq": 1, "acl_version": before},
        {"seq": 2, "acl_version": before},
        {},  # somebody came: the people in its head are asked for anew, and nothing is to be caught up with
        {"seq": 3, "acl_version": before + 1},
    ]


def test_who_is_named_by_an_edit_sees_it_in_the_sidebar(
    cast, quiet, shown, django_capture_on_commit_callbacks
):
    (message,) = said(quiet, cast.nora, f"@{cast.nils.user.name}")

    with django_capture_on_commit_callbacks(execute=True):
        both = f"@{cast.nils.user.name} @{cast.sol.user.name}"
        edit_message(actor=cast.nora, message=message, body=both)

    assert [topic for topic, *_rest in shown if topic.startswith("me:")] == [f"me:{cast.sol.user.pk}"]


def test_ones_own_screens_hear_once_that_the_mark_moved(
    cast, quiet, shown, django_capture_on_commit_callbacks
):
    said(quiet, cast.nora, "one", "two", "three")

    with django_capture_on_commit_callbacks(execute=True):
        for seq in (2, 1, 2, 3, 99):
            mark_read(actor=cast.sol, channel=quiet, seq=seq)
        assert not shown, "premise: nothing is shown before the commit"

    assert shown == [
        (f"me:{cast.sol.user.pk}", "read.moved", {"channel": str(quiet.pk), "seq": 2, "unread": 1}, {}),
        (f"me:{cast.sol.user.pk}", "read.moved", {"channel": str(quiet.pk), "seq": 3, "unread": 0}, {}),
    ]


def test_a_fragment_is_drawn_the_same_for_every_viewer(cast, quiet):
    (message,) = said(quiet, cast.nora, "hello")
    (frame,) = live.replay(cast.sol, quiet.pk, 0, 200)

    html = live.render(frame.type, frame.data)

    assert f'id="message-{message.pk}"' in html
    assert "csrf" not in html
