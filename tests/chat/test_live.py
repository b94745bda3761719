"""What a screen hears: let in or not, caught up in order, with the fragment that the page is drawn from."""

from chat import live
from chat.operations import delete_message, edit_message, react
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


def test_a_post_is_shown_to_the_channel_once_committed(
    cast, quiet, monkeypatch, django_capture_on_commit_callbacks
):
    shown = []
    monkeypatch.setattr(
        live, "publish", lambda topic, kind, data, **place: shown.append((topic, kind, data, place))
    )

    with django_capture_on_commit_callbacks(execute=True):
        (message,) = said(quiet, cast.nora, f"hello @{cast.sol.user.name}")
        assert not shown, "premise: nothing is shown before the commit"

    topics = {topic: (kind, data, place) for topic, kind, data, place in shown}
    kind, data, place = topics[f"channel:{quiet.pk}"]
    assert (kind, data["id"], place["seq"]) == ("message.posted", str(message.pk), 1)
    assert topics[f"me:{cast.sol.user.pk}"][0] == "channel.changed"


def test_a_fragment_is_drawn_the_same_for_every_viewer(cast, quiet):
    (message,) = said(quiet, cast.nora, "hello")
    (frame,) = live.replay(cast.sol, quiet.pk, 0, 200)

    html = live.render(frame.type, frame.data)

    assert f'id="message-{message.pk}"' in html
    assert "csrf" not in html
