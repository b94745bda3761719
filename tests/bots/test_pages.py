"""The pages of bots, as both organizations see them."""

from django.urls import reverse

from bots.models import Bot
from chat.operations import post_message
from kernel.actor import Actor
from tests.bots.conftest import SAID


def test_its_token_is_shown_once_on_the_page_that_makes_it(cast, page):
    nora, where = page("nora"), reverse("bots", args=[cast.apollo.pk])
    shown = nora.get(where).content.decode()
    assert 'id="new-bot"' in shown

    answer = nora.post(where, {**SAID, "organization": cast.northwind.pk})

    bot = Bot.objects.get()
    assert answer.status_code == 200
    assert "clb_" in answer.content.decode()
    assert "clb_" in nora.get(reverse("bot", args=[bot.pk])).content.decode(), "its beginning, in the list"
    secret = answer.context["secret"]
    assert secret not in nora.get(reverse("bot", args=[bot.pk])).content.decode()
    assert "Builds" in nora.get(where).content.decode()


def test_a_bot_is_marked_in_what_is_kept_for_reading_without_a_connection(cast, bot, page):
    post_message(actor=Actor.person(bot.user, cast.northwind), channel=cast.general, body="Build 7 is good")

    kept = page("sol").get(reverse("channel_offline", args=[cast.general.pk])).content.decode()
    assert '#bot"></use></svg>机器人' in kept.partition("Build 7 is good")[0][-600:]


def test_a_bot_among_the_names_of_a_mention_is_marked_as_such(cast, bot, page):
    where = reverse("channel_completions", args=[cast.general.pk])
    found = page("sol").get(where, {"q": "@buil"}).content.decode()

    assert f'data-words="@{bot.user.name} "' in found
    assert "#bot" in found
    assert f"机器人 · {cast.northwind.name}" in found


def test_a_form_that_says_too_little_is_shown_again(cast, page):
    answer = page("nora").post(reverse("bots", args=[cast.apollo.pk]), {"organization": cast.northwind.pk})

    assert answer.status_code == 422
    assert not Bot.objects.exists()


def test_the_partner_refuses_it_and_lets_it_in_again(cast, bot, page):
    sol, where = page("sol"), reverse("bot", args=[bot.pk])
    shown = sol.get(where).content.decode()
    assert 'id="refuse"' in shown
    assert 'id="rotate"' not in shown

    sol.post(reverse("bot_refusal", args=[bot.pk]), {"reason": "Not here"})
    assert bot.fresh().state == "refused"
    assert "Not here" in page("nora").get(where).content.decode()

    sol.post(reverse("bot_letting_in", args=[bot.pk]))
    assert bot.fresh().state == "paused"


def test_those_who_run_it_change_rotate_pause_and_end_it(cast, bot, page):
    nora = page("nora")
    assert nora.post(reverse("bot", args=[bot.pk]), {**SAID, "name": "Ovens"}).status_code == 302
    assert Bot.objects.get().name == "Ovens"
    assert "clb_" in nora.post(reverse("bot_token", args=[bot.pk]), {"at_once": "1"}).content.decode()
    nora.post(reverse("bot_pause", args=[bot.pk]))
    assert bot.fresh().state == "paused"
    nora.post(reverse("bot_resumption", args=[bot.pk]))
    assert bot.fresh().state == "working"
    nora.post(reverse("bot_removal", args=[bot.pk]))
    assert bot.fresh().state == "ended"


def test_it_is_marked_wherever_its_name_is_drawn(cast, bot, page, program):
    program.post(f"/api/v1/channels/{cast.general.pk}/messages/", json={"body": "Build 8"})
    sia = page("sia")

    for where in (
        reverse("channel", args=[cast.general.pk]),
        reverse("channel_details", args=[cast.general.pk]),
        reverse("workspace_members", args=[cast.apollo.pk]),
        f"{reverse('access')}?object=workspace:{cast.apollo.pk}",
    ):
        shown = sia.get(where).content.decode()
        assert "Builds" in shown, where
        assert "data-bot" in shown, where
        beside = shown.split("Builds", 1)[1][:400]
        assert "Bot" in beside or "机器人" in beside, where  # in the language of whoever reads


def test_nobody_starts_a_direct_message_with_it(cast, bot, page):
    shown = page("nora").get(reverse("message_new")).content.decode()

    assert "Builds" not in shown
