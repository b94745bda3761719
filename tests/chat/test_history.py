"""What newcomers read of what was said before them: everything, some days of it, or nothing; through every door alike."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat import live
from chat.models import Attachment, Channel, Message, MessageVersion
from chat.operations import add_to_channel, change_channel, edit_message, open_channel, post_message
from chat.questions import Question
from chat.searching import found
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput
from realtime.topics import KINDS, Frame
from realtime.wire import Event, written
from tests.chat.conftest import fresh, rows_for, said
from workspaces.models import Member, Participant, Workspace
from workspaces.operations import add_member, change_workspace, set_participant_policy

PLATFORM = Actor.system("tests")


@pytest.fixture
def told(cast, quiet):
    """Forty days old, ten days old, and of today; Sia has come five days ago."""
    old, lately, now = said(quiet, cast.nora, "forty days ago", "ten days ago", "today")
    with acting(PLATFORM):
        for one, days in ((old, 40), (lately, 10)):
            Message.objects.filter(pk=one.pk).update(created_at=timezone.now() - timedelta(days=days))
        Channel.objects.filter(pk=quiet.pk).update(created_at=timezone.now() - timedelta(days=50))
        Member.objects.filter(workspace=cast.apollo, user=cast.sia.user).update(
            created_at=timezone.now() - timedelta(days=5)
        )
        Member.objects.filter(workspace=cast.apollo).exclude(user=cast.sia.user).update(
            created_at=timezone.now() - timedelta(days=100)
        )
    return [old, lately, now]


def lets_read(cast, history):
    change_workspace(actor=cast.nora, workspace=cast.apollo, policy={"history_for_newcomers": history})


def bodies(actor, channel):
    with rows_for(actor) as ask:
        return ask("SELECT body FROM chat_message WHERE channel_id = %s ORDER BY seq", channel.pk)


@pytest.mark.parametrize(
    ("history", "read"),
    [
        ("all", ["forty days ago", "ten days ago", "today"]),
        ("30d", ["ten days ago", "today"]),
        ("joined", ["today"]),
    ],
)
def test_newcomers_read_as_far_back_as_the_room_lets_them(cast, api, quiet, told, history, read):
    lets_read(cast, history)

    assert bodies(cast.sia, quiet) == read
    assert bodies(cast.nora, quiet) == ["forty days ago", "ten days ago", "today"]
    with rows_for(PLATFORM):
        by_queryset = Message.objects.visible_to(cast.sia).filter(channel=quiet).order_by("seq")
        assert list(by_queryset.values_list("body", flat=True)) == read
    listed = api("sia").get(f"channels/{quiet.pk}/messages/").json()["results"]
    assert [one["body"] for one in listed] == read


def test_the_strictest_word_counts(cast, quiet, told):
    lets_read(cast, "30d")
    part = Participant.objects.get(workspace=cast.apollo, organization=cast.southbay)
    set_participant_policy(actor=cast.sol, participant=part, policy={"history_for_newcomers": "3d"})

    assert Workspace.objects.get(pk=cast.apollo.pk).history_days == 3
    assert bodies(cast.sia, quiet) == ["today"]
    with pytest.raises(InvalidInput):
        set_participant_policy(actor=cast.sol, participant=part, policy={"history_for_newcomers": "all"})


def test_a_channel_says_less_than_its_room_and_never_more(cast, quiet, told):
    assert bodies(cast.sia, quiet) == ["forty days ago", "ten days ago", "today"]

    change_channel(actor=cast.nora, channel=quiet, history="30d")
    assert bodies(cast.sia, quiet) == ["ten days ago", "today"]
    lets_read(cast, "joined")
    assert bodies(cast.sia, quiet) == ["today"]
    assert fresh(quiet).history_days == 0
    change_channel(actor=cast.nora, channel=quiet, history="")
    lets_read(cast, "all")
    assert bodies(cast.sia, quiet) == ["forty days ago", "ten days ago", "today"]


def test_who_is_let_in_later_reads_from_then(cast, api):
    room = open_channel(actor=cast.nora, workspace=cast.apollo, name="closed", kind="private")
    said(room, cast.nora, "before")
    change_channel(actor=cast.nora, channel=room, history="joined")
    add_to_channel(actor=cast.nora, channel=room, user=cast.sol.user)
    said(fresh(room), cast.nora, "after")

    assert bodies(cast.sol, room) == ["after"]
    assert bodies(cast.nora, room) == ["before", "after"]


def test_no_door_opens_what_was_said_before(cast, api, page, quiet, told):
    old, _lately, now = told
    edit_message(actor=cast.nora, message=old, body="forty days ago, better")
    with acting(PLATFORM):
        carried = Attachment.objects.create(
            channel=quiet, message=old, uploader=cast.nora.user, name="a.txt", size=1, content_type="text/plain",
            digest="0" * 64, stored="none",
        )  # fmt: skip
    lets_read(cast, "joined")
    sia = api("sia")

    assert sia.get(f"messages/{now.pk}/").status_code == 200
    for path in (
        f"messages/{old.pk}/",
        f"messages/{old.pk}/versions/",
        f"messages/{old.pk}/receipts/",
        f"attachments/{carried.pk}/",
    ):
        assert api("nora").get(path).status_code == 200, f"premise: {path} is there"
        assert sia.get(path).status_code == 404, path
    assert sia.post(f"channels/{quiet.pk}/messages/", {"body": "x", "quotes": str(old.pk)}).status_code == 422
    there = {"channel": str(cast.general.pk), "body": ""}
    assert sia.post(f"messages/{old.pk}/forwards/", there).status_code == 404
    shown = page("sia").get(f"/channels/{quiet.pk}/").content.decode()
    assert "today" in shown
    assert "forty days ago" not in shown
    assert "timeline-since" in shown
    with acting(PLATFORM):
        assert MessageVersion.objects.filter(message=old).exists()
        assert not MessageVersion.objects.visible_to(cast.sia).filter(message=old).exists()
        assert not Attachment.objects.visible_to(cast.sia).filter(message=old).exists()
    with rows_for(cast.sia) as ask:
        for table in ("chat_messageversion", "chat_attachment"):
            assert ask(f"SELECT count(*) FROM {table} WHERE message_id = %s", old.pk) == [0]


def test_search_finds_no_more_than_is_read(cast, quiet, told):
    def finds(actor):
        with acting(actor):
            rows = found(actor, Message.objects.all(), Question.read("days ago"), most=30)
        return {one.body for one in rows if one.channel_id == quiet.pk}

    assert finds(cast.sia) == {"forty days ago", "ten days ago"}
    lets_read(cast, "30d")
    assert finds(cast.sia) == {"ten days ago"}
    assert finds(cast.nora) == {"forty days ago", "ten days ago"}


def test_what_was_missed_keeps_its_numbers_and_says_nothing_of_what_is_older(cast, quiet, told):
    lets_read(cast, "joined")

    with acting(cast.sia):
        frames = live.replay(cast.sia, quiet.pk, 0, 200)
    assert [one.seq for one in frames] == [1, 2, 3]
    assert [one.data.get("body") for one in frames] == [None, None, "today"]


def test_a_listener_hears_of_what_is_older_only_that_something_happened(cast, quiet, told):
    old, _lately, now = told
    lets_read(cast, "joined")
    with acting(cast.sia):
        since = KINDS["channel"].find(cast.sia, quiet.pk).since
    with acting(cast.nora):
        assert KINDS["channel"].find(cast.nora, quiet.pk).since < since

    def heard(message, quote=None, seq=7):
        data = {"id": str(message.pk), "created_at": message.created_at.isoformat(), "body": message.body}
        if quote:
            data["quote"] = {"words": quote.body, "created_at": quote.created_at.isoformat()}
        frame = Frame("message.edited", f"channel:{quiet.pk}", seq, data)
        return Event("message.edited", seq, 0, written(frame)).told_since(since, f"channel:{quiet.pk}")

    with acting(PLATFORM):
        old.refresh_from_db()
    assert "today" in heard(now)
    assert "forty" not in heard(old)
    assert '"seq":7' in heard(old)
    assert heard(old, seq=None) is None
    assert '"type":"gap"' in heard(now, quote=old)
    assert "forty" not in heard(now, quote=old)


def test_what_newcomers_read_is_said_and_asked_for(cast, api, page):
    there = f"workspaces/{cast.apollo.pk}/"
    assert api("nora").patch(there, {"policy": {"history_for_newcomers": "30d"}}).status_code == 200
    for wrong in ("30", "0d", "d", "soon", "30D", "١d"):
        answer = api("nora").patch(there, {"policy": {"history_for_newcomers": wrong}})
        assert answer.status_code == 422, wrong
    channel = api("nora").patch(f"channels/{cast.general.pk}/", {"history": "7d"}).json()
    assert (channel["history"], channel["history_days"]) == ("7d", 7)
    nora = page("nora")
    assert "The last 30 days" in nora.get(f"/workspaces/{cast.apollo.pk}/").content.decode()
    assert "The last 30 days" in nora.get(f"/workspaces/{cast.apollo.pk}/members/").content.decode()
    assert "The last 7 days" in nora.get(f"/channels/{cast.general.pk}/details/").content.decode()


def test_a_new_seat_begins_with_its_day(cast, quiet, told):
    lets_read(cast, "7d")
    with acting(PLATFORM):
        Member.objects.filter(workspace=cast.apollo, user=cast.sia.user).delete()
    assert bodies(cast.sia, quiet) == []
    add_member(actor=cast.sol, workspace=cast.apollo, user=cast.sia.user, role="viewer")
    assert bodies(cast.sia, quiet) == ["today"]
    post_message(actor=cast.sol, channel=fresh(quiet), body="welcome")
    assert bodies(cast.sia, quiet) == ["today", "welcome"]
