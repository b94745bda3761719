"""A message brought to another place, where that place is no wider than its own."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import Entry
from audit.tasks import seal
from chat.errors import MessageDeleted, SameChannel, WiderPlace
from chat.models import Channel, Forward, Message
from chat.operations import (
    archive_channel,
    change_channel,
    delete_message,
    forward_message,
    open_channel,
    open_direct,
    post_message,
    upload_attachment,
)
from chat.resources import resource_of
from kernel.errors import InvalidInput, NotAllowed
from tests.chat.conftest import fresh, rows_for, said


@pytest.fixture
def words(cast, quiet):
    return said(quiet, cast.sol, "The **dock** is closed.")[0]


def bring(actor, message, to, **more):
    return forward_message(actor=actor, message=message, to=fresh(to), **more)


def test_its_words_come_along_as_they_are_now(cast, words):
    brought = bring(cast.nora, words, cast.general, body="Please note")

    card = brought.fresh().card["forwarded"]
    assert (brought.author, brought.body) == (cast.nora.user, "Please note")
    assert card["html"] == words.html
    delete_message(actor=cast.sol, message=words)
    assert brought.fresh().card["forwarded"] == card
    with pytest.raises(MessageDeleted):
        bring(cast.nora, words, cast.general)


def test_where_it_is_from_is_known_to_those_who_read_there(cast, page, tooling):
    (words,) = said(tooling, cast.sol, "The dock is closed.")
    brought = bring(cast.nora, words, cast.general)
    where = reverse("message", args=[cast.general.pk, brought.pk])

    known = page("sol").get(where).content.decode()
    hidden = page("sia").get(where).content.decode()

    assert f"#message-{words.pk}" in known
    assert "The dock is closed." in hidden, "premise: Sia reads what was brought"
    assert str(words.pk) not in hidden
    assert tooling.name not in hidden.partition("<main")[2]
    for actor, seen in ((cast.sol, 1), (cast.sia, 0)):
        with rows_for(actor) as ask:
            assert len(ask("SELECT id FROM chat_forward")) == seen
    assert str(words.pk) not in str(brought.fresh().card)


def test_what_is_internal_stays_among_its_people(cast, pricing):
    (words,) = said(pricing, cast.nora, "our price")
    among_us = open_channel(actor=cast.nora, workspace=cast.apollo, name="ours", internal_to=cast.northwind)
    outside = open_direct(actor=cast.nora, users=[cast.sol.user])
    inside = open_direct(actor=cast.nora, users=[cast.nils.user])

    assert bring(cast.nora, words, among_us)
    assert bring(cast.nora, words, inside), "whoever reads there reads it here"
    for wider in (cast.general, outside):
        with pytest.raises(WiderPlace) as refused:
            bring(cast.nora, words, wider)
        assert cast.nora.user.name in str(refused.value.sentence), "it says who could change that"
    assert Forward.objects.count() == 2


def test_what_is_confidential_goes_where_that_is_kept_too(cast, quiet):
    change_channel(actor=cast.nora, channel=quiet, label="confidential")
    (words,) = said(fresh(quiet), cast.nora, "secret terms")
    assert cast.sol.user not in [one.user for one in quiet.members.all()], "premise"

    with pytest.raises(WiderPlace):
        bring(cast.nora, words, cast.general)
    change_channel(actor=cast.nora, channel=Channel.objects.get(pk=cast.general.pk), label="confidential")

    assert bring(cast.nora, words, cast.general)


def test_one_brings_it_only_where_one_may_write(cast, words, pricing, quiet):
    with pytest.raises(NotAllowed):
        bring(cast.sia, words, cast.general)
    with pytest.raises(SameChannel):
        bring(cast.nora, words, quiet)
    with pytest.raises(InvalidInput):
        bring(cast.sol, bring(cast.nora, words, cast.general), quiet)
    archive_channel(actor=cast.nora, channel=quiet)
    assert bring(cast.nora, words, cast.general), "what is archived can be read, and so brought along"


def test_both_places_keep_it_on_record_and_neither_names_the_other(cast, words, quiet):
    bring(cast.nora, words, cast.general)
    seal()

    here = Entry.objects.filter(name="chat.message_forwarded")
    there = Entry.objects.filter(name="chat.message_brought")
    assert here.exists()
    assert there.exists()
    assert not [one for one in here if str(cast.general.pk) in str(one.payload)]
    assert not [one for one in there if str(quiet.pk) in str(one.payload)]


def test_programs_forward(cast, api, words, pricing):
    where = f"messages/{words.pk}/forwards/"

    made = api("nora").post(where, {"channel": str(cast.general.pk), "body": "see"})
    assert (made.status_code, made.json()["forwarded"]["words"]) == (201, "The dock is closed.")
    assert api("sol").post(where, {"channel": str(pricing.pk)}).json()["errors"][0]["pointer"] == "/channel"
    assert api("otto").post(where, {"channel": str(cast.general.pk)}).status_code == 404


def test_pages_forward_and_say_why_not(cast, page, words, pricing):
    where = reverse("message_forward", args=[words.channel_id, words.pk])
    offered = page("sol").get(where).content.decode()
    assert str(cast.general.pk) in offered
    assert str(pricing.pk) not in offered

    answer = page("sol").post(where, {"channel": str(cast.general.pk), "body": "see"})

    assert answer.headers["Location"] == reverse("channel", args=[cast.general.pk])
    assert Message.objects.filter(channel=cast.general).order_by("-seq")[0].card["forwarded"]
    (own,) = said(pricing, cast.nora, "our price")
    refused = page("nora").post(
        reverse("message_forward", args=[pricing.pk, own.pk]), {"channel": str(cast.general.pk)}
    )
    assert refused.status_code == 422
    assert "internal to" in refused.content.decode()


def test_its_files_are_pointed_at_and_open_for_those_who_read_where_they_are(cast, page, tooling):
    upload = SimpleUploadedFile("plan.txt", b"the plan")
    plan = upload_attachment(actor=cast.sol, channel=tooling, upload=upload)
    words = post_message(actor=cast.sol, channel=tooling, body="", attachments=[plan.pk])

    brought = bring(cast.nora, words, cast.general)

    told = resource_of(brought.fresh())["forwarded"]
    assert [one["name"] for one in told["files"]] == ["plan.txt"]
    assert not brought.attachments.exists(), "no copy is made"
    shown = page("sia").get(reverse("channel", args=[cast.general.pk])).content.decode()
    assert "plan.txt" in shown, "premise: Sia reads what was brought"
    assert page("sia").get(reverse("attachment", args=[plan.pk])).status_code == 404
    assert page("sol").get(reverse("attachment", args=[plan.pk])).status_code == 200
    delete_message(actor=cast.sol, message=words)
    assert page("sol").get(reverse("attachment", args=[plan.pk])).status_code == 404


def test_what_was_brought_before_files_were_has_none(cast, words):
    brought = bring(cast.nora, words, cast.general)
    card = brought.fresh().card
    card["forwarded"].pop("files")
    Message.objects.filter(pk=brought.pk).update(card=card)

    assert resource_of(brought.fresh())["forwarded"]["files"] == []
