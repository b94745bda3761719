"""One message shown in another, as it is whenever somebody looks."""

import pytest
from django.urls import reverse

from chat import live
from chat.models import Message
from chat.operations import delete_message, edit_message, post_message
from chat.resources import QUOTED, resource_of
from tests.chat.conftest import said


@pytest.fixture
def quoted(cast, quiet):
    return said(quiet, cast.sol, "**twelve** pallets & a crate")[0]


@pytest.fixture
def quoting(cast, quiet, quoted):
    return post_message(actor=cast.nora, channel=quiet, body="which ones?", quotes=quoted)


def shown(message):
    return resource_of(Message.objects.told().get(pk=message.pk))


def test_it_shows_whose_words_they_are(cast, quoted, quoting):
    assert resource_of(quoting, is_new=True)["quote"] == shown(quoting)["quote"]
    quote = shown(quoting)["quote"]
    assert (quote["words"], quote["author"]["name"]) == ("twelve pallets & a crate", cast.sol.user.name)


def test_of_long_words_the_beginning(cast, quiet):
    (long,) = said(quiet, cast.sol, "word " * 500)

    quoting = post_message(actor=cast.nora, channel=quiet, body="yes", quotes=long)

    assert len(shown(quoting)["quote"]["words"]) == QUOTED


def test_it_follows_what_becomes_of_them(cast, quoted, quoting):
    edit_message(actor=cast.sol, message=quoted, body="thirteen pallets")
    assert shown(quoting)["quote"]["words"] == "thirteen pallets"

    delete_message(actor=cast.sol, message=quoted)
    assert shown(quoting)["quote"]["words"] == ""
    assert shown(quoting)["quote"]["deleted_at"]


def test_screens_draw_the_quoting_one_anew(
    cast, quoted, quoting, monkeypatch, django_capture_on_commit_callbacks
):
    frames = []
    monkeypatch.setattr(live, "publish", lambda topic, kind, data, **more: frames.append((kind, data)))

    with django_capture_on_commit_callbacks(execute=True):
        edit_message(actor=cast.sol, message=quoted, body="thirteen pallets")

    assert {(kind, data["id"]) for kind, data in frames} == {
        ("message.edited", str(quoted.pk)),
        ("message.edited", str(quoting.pk)),
    }
    assert "thirteen" in live.render(*next(one for one in frames if one[1]["id"] == str(quoting.pk)))


def test_programs_quote_what_stands_in_the_channel(cast, api, quiet, quoted, tooling):
    (elsewhere,) = said(tooling, cast.nora, "in another channel")
    where = f"channels/{quiet.pk}/messages/"

    answer = api("nora").post(where, {"body": "these?", "quotes": str(quoted.pk)})
    assert answer.json()["quote"]["id"] == str(quoted.pk)
    delete_message(actor=cast.sol, message=quoted)
    for one in (elsewhere, quoted):
        refused = api("nora").post(where, {"body": "these?", "quotes": str(one.pk)})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/quotes")


def test_a_key_stands_for_what_was_quoted_with_it(cast, api, quiet, quoted):
    ask = api("nora").post
    key = {"Idempotency_Key": "0190f000-0000-7000-8000-000000000001"}
    where = f"channels/{quiet.pk}/messages/"
    first = ask(where, {"body": "these?", "quotes": str(quoted.pk)}, **key)
    assert first.status_code == 201, "premise"

    again = ask(where, {"body": "these?", "quotes": str(quoted.pk)}, **key)
    other = ask(where, {"body": "these?"}, **key)

    assert again.json()["id"] == first.json()["id"]
    assert again.json()["quote"] == first.json()["quote"]
    assert other.status_code == 422


def test_a_page_begins_with_a_quote_and_posts_it(cast, page, quiet, quoted):
    begun = page("nora").get(reverse("channel", args=[quiet.pk]) + f"?quote={quoted.pk}").content.decode()
    assert f'name="quotes" value="{quoted.pk}"' in begun

    page("nora").post(
        reverse("channel_messages", args=[quiet.pk]), {"body": "these?", "quotes": str(quoted.pk)}
    )

    assert Message.objects.filter(channel=quiet).order_by("-seq")[0].quotes == quoted
