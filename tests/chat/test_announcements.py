"""A channel in which managers post; everybody else reads, reacts and answers in threads."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from chat.models import Channel, Scheduled
from chat.operations import change_channel, open_channel, pin_message, post_message, react, vote
from chat.operations.polls import open_poll
from kernel.errors import NotAllowed
from kernel.rules import may
from tests.chat.conftest import fresh, said


@pytest.fixture
def news(cast):
    return open_channel(actor=cast.nora, workspace=cast.apollo, name="news", posting="managers")


def test_managers_post_and_nobody_else(cast, news):
    assert not may(cast.nils, "chat.change", news), "premise: Nils writes, and manages nothing"
    assert may(cast.nils, "chat.answer", news)

    for actor in (cast.nora, cast.sol):
        assert post_message(actor=actor, channel=news, body="The dock is closed.")
    for verb, more in (
        (post_message, {"body": "me too"}),
        (open_poll, {"question": "q", "options": ["a", "b"]}),
    ):
        with pytest.raises(NotAllowed):
            verb(actor=cast.nils, channel=news, **more)


def test_everybody_who_writes_answers_in_threads_reacts_and_votes(cast, news):
    (word,) = said(news, cast.nora, "The dock is closed.")
    poll = open_poll(actor=cast.nora, channel=news, question="Which day?", options=["a", "b"])

    answer = post_message(actor=cast.nils, channel=news, body="Until when?", reply_to=word)
    react(actor=cast.nils, message=word, emoji="👍")
    vote(actor=cast.nils, message=poll, choices=[0])

    assert answer.thread_id == word.pk
    with pytest.raises(NotAllowed):
        pin_message(actor=cast.nils, message=word)
    with pytest.raises(NotAllowed):
        post_message(actor=cast.sia, channel=news, body="I only read", reply_to=word)


def test_an_answer_in_a_thread_is_written_now_and_sent_later_by_either_door(cast, news, api, page):
    (word,) = said(news, cast.nora, "The dock is closed.")
    later = timezone.now() + timedelta(days=1)
    where = f"/api/v1/channels/{news.pk}/scheduled/"
    answer = {"body": "Until when?", "send_at": later.isoformat(), "reply_to": str(word.pk)}
    nils = api("nils")

    made = nils.post(where, json=answer)

    assert made.status_code == 201
    assert nils.post(where, json=answer | {"reply_to": None}).status_code == 403, "no word of one's own"
    assert api("sia").post(where, json=answer).status_code == 403, "who only reads answers nothing"
    assert nils.post(f"/api/v1/me/scheduled/{made.json()['id']}/sending/", json={}).status_code == 200
    assert word.replies.get().body == "Until when?"
    form = {"body": "And where?", "reply_to": word.pk, "at": later.strftime("%Y-%m-%dT%H:%M")}
    assert page("nils").post(reverse("channel_scheduled", args=[news.pk]), form).status_code == 302
    assert Scheduled.objects.waiting().filter(body="And where?", thread=word).exists()


def test_a_channel_becomes_one_and_an_ordinary_one_again(cast, quiet):
    change_channel(actor=cast.nora, channel=quiet, posting="managers")
    with pytest.raises(NotAllowed):
        said(fresh(quiet), cast.nils, "me too")

    change_channel(actor=cast.nora, channel=quiet, posting="")

    assert said(fresh(quiet), cast.nils, "me too")


def test_programs_open_one_and_hear_why_they_may_not_post(cast, api):
    made = (
        api("nora")
        .post(f"workspaces/{cast.apollo.pk}/channels/", {"name": "news", "kind": "announcement"})
        .json()
    )
    assert (made["kind"], made["posting"]) == ("open", "managers")
    where = f"channels/{made['id']}"
    root = api("nora").post(f"{where}/messages/", {"body": "The dock is closed."}).json()

    refused = api("nils").post(f"{where}/messages/", {"body": "me too"})
    answered = api("nils").post(f"{where}/messages/", {"body": "me too", "reply_to": root["id"]})

    assert (refused.status_code, refused.json()["rule"]) == (403, "chat.post")
    assert answered.status_code == 201
    for action, allowed in (("chat.post", False), ("chat.answer", True)):
        told = api("nils").get(f"access/explain/?object=channel:{made['id']}&action={action}").json()
        assert told["allowed"] == allowed
    assert api("nora").patch(f"{where}/", {"posting": ""}).json()["posting"] is None
    assert api("nils").post(f"{where}/messages/", {"body": "me too"}).status_code == 201


def test_its_pages_offer_what_one_may(cast, page):
    new = reverse("channel_new", args=[cast.apollo.pk])
    page("nora").post(new, {"name": "news", "kind": "announcement"})
    news = Channel.objects.get(name="news", posting="managers")
    (word,) = said(news, cast.nora, "The dock is closed.")
    channel, thread = reverse("channel", args=[news.pk]), reverse("thread", args=[news.pk, word.pk])

    assert 'id="compose"' in page("nora").get(channel).content.decode()
    assert 'id="compose"' not in page("nils").get(channel).content.decode()
    assert 'id="compose"' in page("nils").get(thread).content.decode()
    assert 'id="compose"' not in page("sia").get(thread).content.decode()
    page("nora").post(reverse("channel_settings", args=[news.pk]), {"name": "news"})
    assert fresh(news).posting is None
