"""What a channel keeps in sight beside its messages."""

import pytest
from django.urls import reverse

from chat import live
from chat.errors import ChannelArchived, MessageDeleted, PinsFull
from chat.models import ChannelEvent, Message
from chat.operations import archive_channel, delete_message, pin_message, unpin_message
from kernel.errors import NotAllowed
from tests.chat.conftest import fresh, said


@pytest.fixture
def words(cast, quiet):
    return said(quiet, cast.nora, "the address of the warehouse", "something else")[0]


def test_whoever_writes_pins_and_takes_the_pin_off(cast, quiet, words):
    assert pin_message(actor=cast.sol, message=words).fresh().pinned_by == cast.sol.user
    assert list(Message.objects.filter(channel=quiet).pinned()) == [words]

    assert unpin_message(actor=cast.nils, message=words).fresh().pinned_at is None
    types = ChannelEvent.objects.filter(channel=quiet).order_by("seq").values_list("type", flat=True)
    assert list(types)[-2:] == ["message.pinned", "message.pinned"]


def test_a_second_pin_changes_nothing(cast, quiet, words):
    first = pin_message(actor=cast.sol, message=words).fresh().pinned_at
    before = fresh(quiet).last_event_seq

    pin_message(actor=cast.nora, message=words)

    assert words.fresh().pinned_at == first
    assert fresh(quiet).last_event_seq == before


def test_who_only_reads_pins_nothing(cast, words):
    for verb in (pin_message, unpin_message):
        with pytest.raises(NotAllowed):
            verb(actor=cast.sia, message=words)


def test_what_is_deleted_leaves_the_pins(cast, quiet, words):
    pin_message(actor=cast.nora, message=words)

    delete_message(actor=cast.nora, message=words)

    assert not Message.objects.filter(channel=quiet).pinned().exists()
    with pytest.raises(MessageDeleted):
        pin_message(actor=cast.nora, message=words)


def test_in_an_archived_channel_pins_stay_as_they_are(cast, quiet, words):
    archive_channel(actor=cast.nora, channel=quiet)

    with pytest.raises(ChannelArchived):
        pin_message(actor=cast.nora, message=words)


def test_a_hundred_are_enough(cast, quiet, words):
    many = said(quiet, cast.nora, *("x" for _ in range(100)))
    Message.objects.filter(pk__in=[one.pk for one in many]).update(pinned_at=words.created_at)

    with pytest.raises(PinsFull):
        pin_message(actor=cast.nora, message=words)


def test_the_pane_beside_the_messages_shows_them(cast, page, quiet, words):
    where = reverse("channel_details", args=[quiet.pk])
    assert "warehouse" not in page("sia").get(where).content.decode(), "premise: nothing is pinned"

    answer = page("sol").post(reverse("message_pin", args=[quiet.pk, words.pk]))

    assert answer.headers["Location"] == reverse("message", args=[quiet.pk, words.pk])
    assert "warehouse" in page("sia").get(where).content.decode()
    assert "warehouse" in page("sia").get(reverse("channel_pins", args=[quiet.pk])).content.decode()
    assert page("sia").post(reverse("message_pin", args=[quiet.pk, words.pk])).status_code == 403


def test_programs_pin_list_and_unpin(cast, api, quiet, words):
    assert api("sol").put(f"messages/{words.pk}/pin/").json()["pinned_at"]
    assert [one["id"] for one in api("sia").get(f"channels/{quiet.pk}/pins/").json()["results"]] == [
        str(words.pk)
    ]
    assert api("sia").delete(f"messages/{words.pk}/pin/").status_code == 403
    assert api("sol").delete(f"messages/{words.pk}/pin/").status_code == 204
    assert api("sia").get(f"channels/{quiet.pk}/pins/").json()["results"] == []


def test_screens_show_the_pin_on_the_message(cast, words, monkeypatch, django_capture_on_commit_callbacks):
    frames = []
    monkeypatch.setattr(live, "publish", lambda topic, kind, data, **more: frames.append((kind, data)))

    with django_capture_on_commit_callbacks(execute=True):
        pin_message(actor=cast.nora, message=words)

    ((kind, data),) = frames
    assert kind == "message.pinned"
    assert "msg-pin" in live.render(kind, data)
