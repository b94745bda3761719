"""An address at which a bot speaks: the secret in it is all it takes, and all that is refused says why."""

import pytest
from django.urls import reverse

from bots.errors import InletRests
from bots.models import Inlet, InletRefusal
from bots.operations import (
    change_bot,
    close_inlet,
    open_inlet,
    pause_bot,
    pause_inlet,
    refuse_bot,
    renew_inlet,
    resume_inlet,
)
from bots.operations.inlets import plain
from chat.models import Channel, Message
from chat.operations import add_to_channel
from kernel.errors import InvalidInput, NotAllowed
from tests.cast import Api


@pytest.fixture
def inlet(cast, bot):
    return open_inlet(actor=cast.nora, bot=bot, channel=cast.general, name="CI")


@pytest.fixture
def stranger(cast):
    return Api(None)


def where(inlet):
    return f"/api/v1/hooks/{inlet.secret}/"


def said_in(channel):
    return Message.objects.filter(channel=channel).order_by("-seq").first()


def test_what_is_sent_there_the_bot_says_in_its_channel(cast, bot, inlet, stranger, recorded):
    answer = stranger.post(where(inlet), json={"markdown": "Build **7** is good"})

    assert answer.status_code == 200
    message = said_in(cast.general)
    assert answer.json() == {"id": str(message.pk), "seq": message.seq, "channel": str(cast.general.pk)}
    assert (message.author_id, message.organization_id) == (bot.user_id, cast.northwind.pk)
    assert "<strong>7</strong>" in message.html
    assert recorded("chat.message_posted")[-1].actor_id == bot.user_id
    assert inlet.fresh().last_used_at is not None


def test_a_thread_is_called_by_the_callers_own_word(cast, inlet, stranger):
    for body in ("Build 7 began", "Build 7 ended", "Build 7 is out"):
        assert stranger.post(where(inlet), json={"markdown": body, "thread": "build-7"}).status_code == 200

    first = Message.objects.get(body="Build 7 began")
    assert first.thread_id is None
    assert set(first.replies.values_list("body", flat=True)) == {"Build 7 ended", "Build 7 is out"}


def test_what_is_sent_twice_under_one_key_is_said_once(cast, inlet, stranger):
    for _time in range(2):
        stranger.post(where(inlet), json={"markdown": "Once", "thread": "t"}, Idempotency_Key="build-7")

    assert Message.objects.filter(channel=cast.general, body="Once").count() == 1


def test_programs_written_for_slack_are_understood(cast, inlet, stranger):
    said = {"text": "*Deployed* <https://ci.example/7|build 7>", "username": "x", "icon_emoji": ":ghost:"}

    assert stranger.post(where(inlet), json=said).status_code == 200

    html = said_in(cast.general).html
    assert "*Deployed*" in html
    assert 'href="https://ci.example/7"' in html
    assert "<em>" not in html


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("plain", "plain"),
        ("a*b_c", "a\\*b\\_c"),
        ("<https://a.example>", "https://a.example"),
        ("<https://a.example|the *a*>", "[the \\*a\\*](https://a.example)"),
        ("<script>", "<script\\>"),
    ],
)
def test_words_that_are_no_markdown_stay_words(text, body):
    assert plain(text) == body


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"markdown": " "}, 422),
        ({"markdown": "m", "text": "t"}, 422),
        ({"markdown": "x" * 20_001}, 422),
        ({"markdown": "m", "unknown": 1}, 422),
        ({"markdown": "@channel come"}, 403),
    ],
)
def test_what_does_not_fit_is_refused_and_noted_without_its_words(inlet, stranger, body, status):
    assert stranger.post(where(inlet), json=body).status_code == status

    (refused,) = InletRefusal.objects.filter(inlet=inlet)
    assert refused.status == status


def test_a_wrong_secret_is_nothing(inlet, stranger):
    assert stranger.post("/api/v1/hooks/clh_wrong/", json={"markdown": "m"}).status_code == 404
    assert stranger.post("/api/v1/hooks/wrong/", json={"markdown": "m"}).status_code == 404
    assert not InletRefusal.objects.exists()


def test_too_much_at_once_waits(inlet, stranger, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"inlets": "2/minute"}
    found = [stranger.post(where(inlet), json={"markdown": "m"}).status_code for _ in range(3)]

    assert found == [200, 200, 429]


def test_it_rests_gets_another_address_and_is_closed(cast, inlet, stranger):
    pause_inlet(actor=cast.nora, inlet=inlet)
    assert stranger.post(where(inlet), json={"markdown": "m"}).status_code == 409
    with pytest.raises(InletRests):
        pause_inlet(actor=cast.nora, inlet=inlet)
    resume_inlet(actor=cast.nora, inlet=inlet)

    second = renew_inlet(actor=cast.nora, inlet=inlet)
    assert [stranger.post(where(one), json={"markdown": "m"}).status_code for one in (inlet, second)] == [
        200
    ] * 2
    third = renew_inlet(actor=cast.nora, inlet=inlet, at_once=True)
    found = [stranger.post(where(one), json={"markdown": "m"}).status_code for one in (inlet, second, third)]
    assert found == [404, 404, 200]

    close_inlet(actor=cast.nora, inlet=inlet)
    assert stranger.post(where(third), json={"markdown": "m"}).status_code == 404


def test_it_falls_silent_with_its_bot(cast, bot, inlet, stranger):
    pause_bot(actor=cast.nora, bot=bot)
    assert stranger.post(where(inlet), json={"markdown": "m"}).status_code == 409


def test_the_partners_refusal_silences_it_too(cast, bot, inlet, stranger):
    refuse_bot(actor=cast.sol, bot=bot)

    assert stranger.post(where(inlet), json={"markdown": "m"}).status_code == 409


def test_a_bot_that_may_write_no_more_says_nothing(cast, bot, inlet, stranger):
    change_bot(actor=cast.nora, bot=bot, scopes=["messages:read"])

    assert stranger.post(where(inlet), json={"markdown": "m"}).status_code == 403


def test_only_where_both_read_and_only_by_those_who_run_it(cast, bot):
    private = Channel.objects.select_related("workspace").get(workspace=cast.apollo, kind="private")
    with pytest.raises(InvalidInput):
        open_inlet(actor=cast.nora, bot=bot, channel=private, name="CI")
    add_to_channel(actor=cast.nora, channel=private, user=bot.user)
    assert open_inlet(actor=cast.nora, bot=bot, channel=private, name="CI")
    for who in ("sol", "nils"):
        with pytest.raises(NotAllowed):
            open_inlet(actor=cast.actor(who), bot=bot, channel=cast.general, name="CI")


def test_the_page_shows_the_address_once_tries_it_and_tells_what_was_refused(cast, bot, page, stranger):
    nora = page("nora")
    assert 'id="new-inlet"' in nora.get(reverse("bot", args=[bot.pk])).content.decode()

    opened = nora.post(reverse("inlets", args=[bot.pk]), {"channel": cast.general.pk, "name": "CI"})
    address = opened.context["address"]
    inlet, here = Inlet.objects.get(), reverse("inlet", args=[Inlet.objects.get().pk])
    assert address in opened.content.decode()
    assert address not in nora.get(here).content.decode()

    nora.post(reverse("inlet_test", args=[inlet.pk]))
    assert said_in(cast.general).author_id == bot.user_id
    stranger.post(address[address.index("/api/") :], json={})
    assert "422" in nora.get(here).content.decode()
    assert page("sol").get(here).status_code == 403

    assert nora.post(reverse("inlet_pause", args=[inlet.pk])).status_code == 302
    assert inlet.fresh().is_paused
    nora.post(reverse("inlet_resumption", args=[inlet.pk]))
    assert "clh_" in nora.post(reverse("inlet_secret", args=[inlet.pk])).context["address"]
    nora.post(reverse("inlet_removal", args=[inlet.pk]))
    assert not Inlet.objects.exists()


def test_its_life_is_on_record(cast, recorded, bot, inlet):
    renew_inlet(actor=cast.nora, inlet=inlet)
    pause_inlet(actor=cast.nora, inlet=inlet)
    resume_inlet(actor=cast.nora, inlet=inlet)
    close_inlet(actor=cast.nora, inlet=inlet)

    for name in ("opened", "renewed", "paused", "resumed", "closed"):
        (fact,) = recorded(f"bots.inlet_{name}")
        assert fact.workspace_id == cast.apollo.pk
        assert inlet.secret not in str(fact.payload)
