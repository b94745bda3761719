"""People, all people of an organization, everybody: whom a text names hears of it, and nobody who does not read it."""

import pytest

from chat.mentions import calls_everybody
from chat.models import Message
from chat.operations import edit_message, post_message
from kernel.acting import acting
from kernel.errors import NotAllowed
from tests.cast import PLATFORM
from tests.chat.conftest import said
from workspaces.models import Member


def named(message):
    return set(Message.objects.get(pk=message.pk).mentions)


def readers(cast, *people):
    return {getattr(cast, one).user_id for one in people}


def test_an_organization_stands_for_its_people_in_the_channel_and_no_contact_of_it(cast, tooling):
    (message,) = said(tooling, cast.sol, f"@{cast.northwind.name} please look")

    assert readers(cast, "nora", "nils") <= named(message)
    assert not named(message) & readers(cast, "sol", "gale")
    assert f'<span class="mention together">@{cast.northwind.name}</span>' in message.html


@pytest.mark.parametrize("word", ["@channel", "@所有人"])
def test_everybody_is_called_by_those_who_may(cast, quiet, word):
    (message,) = said(quiet, cast.nora, f"{word} the line stands still")

    assert readers(cast, "nils", "sol", "sia") <= named(message)
    assert cast.nora.user_id not in named(message)
    assert f'<span class="mention together">{word}</span>' in message.html


def test_who_only_comments_or_comes_from_outside_calls_nobody_together(cast, api, quiet, tooling):
    for actor, channel in (
        (seated_as(cast, "gale", "editor"), tooling),
        (seated_as(cast, "sol", "commenter"), quiet),
    ):
        with pytest.raises(NotAllowed) as refused:
            post_message(actor=actor, channel=channel, body="@channel hello")
        assert refused.value.rule == "chat.mention_all"

    answer = api("sol").post(f"channels/{quiet.pk}/messages/", {"body": "@所有人 hello"})
    assert (answer.status_code, answer.json()["rule"]) == (403, "chat.mention_all")
    assert not Message.objects.filter(channel=quiet).exists()


def seated_as(cast, name, role):
    person = getattr(cast, name)
    with acting(PLATFORM):
        assert Member.objects.filter(workspace=cast.apollo, user=person.user_id).update(role=role) == 1
    return person


def test_who_may_not_call_everybody_does_not_by_editing_either(cast, quiet):
    message = said(quiet, seated_as(cast, "sol", "commenter"), "hello")[0]

    with pytest.raises(NotAllowed):
        edit_message(actor=cast.sol, message=message, body="@channel hello")


def test_words_that_only_look_so_call_nobody():
    assert calls_everybody("@channel")
    assert calls_everybody("听着，@所有人请看")
    assert not any(
        map(calls_everybody, ("me@channel.example", "@channels", "@@channel", "channel", "@channel-2"))
    )


def test_a_channel_open_to_all_is_linked_and_no_other(cast, quiet, pricing):
    (message,) = said(cast.general, cast.nora, f"see #quiet, not #{pricing.name}, nor x#quiet")

    assert message.html.count("<a ") == message.html.count(f'<a href="/channels/{quiet.pk}/"') >= 1
    assert str(pricing.pk) not in message.html


def test_a_new_wording_names_whom_it_names_now_and_those_named_beside_it(cast, quiet):
    message = post_message(
        actor=cast.nora, channel=quiet, body=f"@{cast.sol.user.name} look", mentions=[cast.nils.user_id]
    )
    assert named(message) == readers(cast, "sol", "nils")

    edit_message(actor=cast.nora, message=message, body=f"@{cast.sia.user.name} look")
    assert named(message) == readers(cast, "sia", "nils")


def test_a_thousand_names_in_one_text_are_drawn_and_more_than_a_hundred_beside_it_refused(cast, api, quiet):
    (message,) = said(quiet, cast.nora, f"@{cast.sol.user.name} " * 1000)
    assert named(message) == readers(cast, "sol")

    many = {"body": "x", "mentions": [str(cast.sol.user_id)] * 1000}
    assert api("nora").post(f"channels/{quiet.pk}/messages/", many).status_code == 422


# ── What a word may become ───────────────────────────────────────────────────
def options(browser, channel, typed):
    return browser.get(f"/channels/{channel.pk}/completions/", {"q": typed}).content.decode()


def test_names_are_completed_among_those_who_read_the_channel(cast, page, quiet, tooling):
    nora, sol = page("nora"), page("sol")

    assert f'data-words="@{cast.sol.user.name} "' in options(nora, quiet, f"@{cast.sol.user.name[:3]}")
    assert f'data-words="@{cast.gale.user.name} "' in options(nora, tooling, f"@{cast.gale.user.name[:3]}")
    gale = options(nora, tooling, f"@{cast.gale.user.name[:3]}")
    assert "Okafor Test Lab" in gale, "a contact speaks for their own company"
    assert cast.northwind.name not in gale
    assert cast.gale.user.name not in options(nora, quiet, f"@{cast.gale.user.name[:3]}")
    assert f'data-words="@{cast.northwind.name} "' in options(sol, quiet, f"@{cast.northwind.name[:4]}")
    assert 'data-words="#quiet "' in options(sol, cast.general, "#qui")
    assert "option" not in options(sol, cast.general, "#pric")
    assert 'data-words="@channel "' in options(sol, quiet, "@chan")
    assert 'data-words="@channel "' not in options(page("gale"), tooling, "@chan")
    assert "option" not in options(sol, quiet, "zzz")
