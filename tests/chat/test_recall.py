"""Words taken back from everybody, soon after they were said."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chat.errors import MessageDeleted, RecallOver
from chat.models import ChannelEvent, Draft, Message
from chat.operations import mark_read, post_message, react, recall_message
from kernel.errors import NotAllowed
from orgs.operations import change_org
from tests.chat.conftest import said


@pytest.fixture
def words(cast, quiet):
    return said(quiet, cast.sol, "the wrong price")[0]


def told(client, message, method="get"):
    return getattr(client, method)(f"/api/v1/messages/{message.pk}/recall/", content_type="application/json")


@pytest.fixture
def browser():
    def of(actor):
        client = Client(HTTP_HOST="localhost")
        client.force_login(actor.user)
        return client

    return of


def test_an_author_takes_words_back_and_keeps_them(cast, words):
    react(actor=cast.nora, message=words, emoji="👀")

    assert recall_message(actor=cast.sol, message=words) == "the wrong price"

    left = words.fresh()
    assert (left.body, left.html, left.card) == ("", "", {"recalled": True})
    assert left.deleted_at is not None
    assert not left.reactions.exists()
    last = ChannelEvent.objects.filter(channel=words.channel_id).order_by("-seq")[0]
    assert (last.type, last.message_id) == ("message.deleted", words.pk)


def test_nobody_takes_back_the_words_of_others(cast, words):
    assert cast.apollo.members.get(user=cast.nora.user).role == "manager", (
        "premise: she may delete her own people's"
    )
    for other in (cast.nora, cast.sia):
        with pytest.raises(NotAllowed):
            recall_message(actor=other, message=words)

    assert words.fresh().body == "the wrong price"


def test_once_the_time_is_over_it_is_too_late(cast, words):
    Message.objects.filter(pk=words.pk).update(created_at=timezone.now() - timedelta(minutes=2))

    with pytest.raises(RecallOver):
        recall_message(actor=cast.sol, message=words)

    assert words.fresh().body == "the wrong price"


@pytest.mark.parametrize(("theirs", "hosts", "age", "works"), [(60, 60, 30, True), (60, 5, 30, False), (5, 60, 30, False), (0, 60, 0, False), (60, 0, 0, False)])  # fmt: skip
def test_the_stricter_of_two_houses_counts(cast, words, theirs, hosts, age, works):
    assert cast.apollo.host == cast.northwind, "premise: the room is Northwind's, the words are Southbay's"
    change_org(actor=cast.sol, organization=cast.southbay, recall_minutes=theirs)
    change_org(actor=cast.nora, organization=cast.northwind, recall_minutes=hosts)
    Message.objects.filter(pk=words.pk).update(created_at=timezone.now() - timedelta(minutes=age))

    if works:
        assert recall_message(actor=cast.sol, message=words)
    else:
        with pytest.raises(RecallOver):
            recall_message(actor=cast.sol, message=words)


def test_what_is_recalled_is_not_recalled_again(cast, words):
    recall_message(actor=cast.sol, message=words)

    with pytest.raises(MessageDeleted):
        recall_message(actor=cast.sol, message=words)


def test_the_author_hears_first_who_has_read_it(cast, words, browser):
    mark_read(actor=cast.nora, channel=words.channel, seq=words.seq)

    first = told(browser(cast.sol), words).json()
    assert (first["read"], first["words"]) == (1, None)
    assert first["people"] > 1
    assert first["until"] is not None
    assert told(browser(cast.nora), words).json()["until"] is None, "she may not"

    answer = told(browser(cast.sol), words, "post")
    assert (answer.status_code, answer.json()["words"]) == (201, "the wrong price")
    assert told(browser(cast.sol), words, "post").json()["code"] == "message_deleted"


def test_everybody_sees_who_recalled_something(cast, words, browser):
    recall_message(actor=cast.sol, message=words)

    page = browser(cast.nora).get(f"/channels/{words.channel_id}/").content.decode()

    assert "the wrong price" not in page
    assert cast.sol.user.name in page
    assert f'data-recalled="{words.pk}"' in page


def test_without_a_script_its_words_stand_in_the_composer(cast, words, browser):
    address = f"/channels/{words.channel_id}/messages/{words.pk}/recall/"

    answer = browser(cast.sol).post(address)

    assert answer["Location"] == f"/channels/{words.channel_id}/"
    assert Draft.objects.get(user=cast.sol.user, channel=words.channel).body == "the wrong price"


def test_words_that_stand_in_the_composer_already_stay(cast, quiet, browser):
    message = post_message(actor=cast.sol, channel=quiet, body="the wrong price")
    Draft.objects.create(user=cast.sol.user, channel=quiet, body="something else", at=timezone.now())

    browser(cast.sol).post(f"/channels/{quiet.pk}/messages/{message.pk}/recall/")

    assert Draft.objects.get(user=cast.sol.user, channel=quiet).body == "something else"
