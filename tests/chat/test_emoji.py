"""What may be put on a message: any one emoji, and of many kinds only as many as a line can show."""

import pytest

from chat.emoji import is_emoji
from chat.errors import TooManyReactions
from chat.operations import react, unreact
from chat.operations.responses import MOST_SIGNS
from tests.chat.conftest import said

SIGNS = [chr(0x1F600 + number) for number in range(MOST_SIGNS + 1)]


@pytest.mark.parametrize(
    "sign", ["👍", "👍🏽", "❤️", "🇨🇳", "👩‍🔧", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "‼️", "㊗️", "🫱🏻‍🫲🏿"]
)
def test_one_emoji_is_one_however_it_is_composed(sign):
    assert is_emoji(sign)


@pytest.mark.parametrize(
    "said_", ["", "a", "1", "好", "👍👍", "👍 ", "\u200d", "\u202e👍", "ok👍", "👍" * 17, "\ufe0f"]
)
def test_letters_and_rows_are_none(said_):
    assert not is_emoji(said_)


def test_a_message_takes_so_many_kinds_and_each_from_everybody(cast, api, quiet):
    (message,) = said(quiet, cast.nora, "look")
    for sign in SIGNS[:-1]:
        react(actor=cast.sol, message=message, emoji=sign)

    with pytest.raises(TooManyReactions):
        react(actor=cast.nora, message=message, emoji=SIGNS[-1])
    react(actor=cast.nora, message=message, emoji=SIGNS[0])
    answer = api("nora").put(f"messages/{message.pk}/reactions/{SIGNS[-1]}/")

    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_reactions")
    assert message.reactions.count() == MOST_SIGNS + 1
    unreact(actor=cast.sol, message=message, emoji=SIGNS[1])
    react(actor=cast.nora, message=message, emoji=SIGNS[-1])


def test_the_door_takes_an_emoji_and_nothing_else(cast, api, quiet):
    (message,) = said(quiet, cast.nora, "look")

    assert api("sol").put(f"messages/{message.pk}/reactions/👩‍🔧/").status_code == 200
    for word in ("a", "好", "👍👍", "%E2%80%8D"):
        assert (
            api("sol").put(f"messages/{message.pk}/reactions/{word}/").json()["errors"][0]["code"]
            == "no_emoji"
        ), word
