"""What somebody is told of, beside what is meant for them: by channel, and by words."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import tasks
from audit.operations import relay_some, seal_some
from chat.hearing import holds
from chat.models import Follow, Keyword
from chat.operations import arrange_channel, follow_thread, listen_for, post_message, remove_from_channel
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput
from notifications.models import Notice
from tests.chat.conftest import rows_for, said

SEALER = Actor.system("audit.seal")


@pytest.fixture
def told(cast):
    """Return who is told of a message, and of which kind; what came before is none of it."""
    tasks.seal()

    def of(message):
        tasks.seal()
        rows = Notice.objects.filter(payload__message_id=str(message.pk))
        return {(one.recipient.name, one.kind) for one in rows.select_related("recipient")}

    return of


@pytest.fixture
def names(cast):
    return {one: cast.user(one).name for one in ("nora", "nils", "sol", "sia", "gale")}


def post(actor, channel, body, **more):
    return post_message(actor=actor, channel=channel, body=body, **more)


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("The SLA is met", "sla", True),
        ("translate", "sla", False),
        ("sla_total", "sla", False),
        ("(sla)", "sla", True),
        ("请看报价单", "报价", True),
        ("关于SLA的报价", "sla", True),
        ("C++ is here", "c++", True),
        ("a purchase order now", "purchase order", True),
    ],
)
def test_a_word_of_letters_stands_by_itself_and_a_chinese_one_anywhere(text, word, found):
    assert holds(text, word) is found


def test_a_keyword_is_told_like_a_mention(cast, quiet, told, names):
    listen_for(actor=cast.sol, words=["报价", "SLA"])

    assert told(post(cast.nora, quiet, "新的报价单")) == {(names["sol"], "mention")}
    assert told(post(cast.nora, quiet, "the sla, please")) == {(names["sol"], "mention")}
    assert told(post(cast.nora, quiet, "translate this")) == set()
    assert told(post(cast.sol, quiet, "my own SLA")) == set()


def test_a_word_in_a_channel_that_one_does_not_read_is_not_told(cast, tooling, pricing, told, names):
    listen_for(actor=cast.sia, words=["budget"])
    listen_for(actor=cast.nils, words=["budget"])

    assert told(post(cast.nora, tooling, "the budget")) == {(names["nils"], "mention")}
    assert told(post(cast.nora, pricing, "the budget")) == {(names["nils"], "mention")}


def test_who_is_named_and_listens_is_told_once(cast, quiet, told, names):
    listen_for(actor=cast.sol, words=["SLA"])

    message = post(cast.nora, quiet, "the SLA", mentions=[cast.sol.user_id])

    assert told(message) == {(names["sol"], "mention")}
    assert Notice.objects.filter(payload__message_id=str(message.pk)).count() == 1


def test_every_message_of_a_channel_is_told_to_who_wants_that(cast, quiet, told, names):
    arrange_channel(actor=cast.sol, channel=quiet, hears="all")

    assert told(post(cast.nora, quiet, "hello")) == {(names["sol"], "message")}
    assert told(post(cast.sol, quiet, "hello")) == set()


def test_who_reads_a_channel_no_more_is_told_of_nothing_in_it(cast, tooling, told, names):
    arrange_channel(actor=cast.nils, channel=tooling, hears="all")
    assert told(post(cast.nora, tooling, "hello")) == {(names["nils"], "message")}, "premise: it is told"

    remove_from_channel(actor=cast.nora, channel=tooling, user=cast.nils.user)

    assert told(post(cast.nora, tooling, "hello again")) == set()


def test_who_wants_nothing_of_a_channel_is_told_of_nothing(cast, quiet, told, names):
    root = said(quiet, cast.sol, "a thread")[0]
    listen_for(actor=cast.sol, words=["SLA"])
    words = {"body": "the SLA", "mentions": [cast.sol.user_id], "reply_to": root}
    assert told(post(cast.nora, quiet, **words)) == {(names["sol"], "mention")}, "premise: it is told"
    assert Follow.objects.on().filter(thread=root, user=cast.sol.user).exists(), "premise: they follow it"

    arrange_channel(actor=cast.sol, channel=quiet, hears="nothing")

    assert told(post(cast.nora, quiet, **words)) == set()
    assert told(post(cast.nora, quiet, "an answer", reply_to=root)) == set()


def test_of_a_followed_thread_one_may_hear_only_what_names_one(cast, quiet, told, names):
    root = said(quiet, cast.sol, "a thread")[0]
    post(cast.nora, quiet, "an answer", reply_to=root)
    assert told(post(cast.nora, quiet, "another", reply_to=root)) == {(names["sol"], "message")}, "premise"

    follow_thread(actor=cast.sol, thread=root, hears="named")

    assert told(post(cast.nora, quiet, "a third", reply_to=root)) == set()
    assert told(post(cast.nora, quiet, "for you", reply_to=root, mentions=[cast.sol.user_id])) == {
        (names["sol"], "mention")
    }
    assert Follow.objects.with_unread().get(thread=root, user=cast.sol.user).unread == 4, "all are counted"


@pytest.mark.parametrize(
    ("arranged", "plain", "named"),
    [
        ({}, True, True),
        ({"is_muted": True}, False, False),
        ({"is_muted": True, "hears": "all"}, True, True),
        ({"hears": "named"}, False, True),
        ({"hears": "nothing"}, False, False),
    ],
)
def test_of_a_direct_message_all_is_told_unless_one_says_otherwise(
    cast, direct, told, names, arranged, plain, named
):
    arrange_channel(actor=cast.sol, channel=direct, **arranged)

    assert told(post(cast.nora, direct, "hello")) == ({(names["sol"], "message")} if plain else set())
    mention = post(cast.nora, direct, "hello", mentions=[cast.sol.user_id])
    assert told(mention) == ({(names["sol"], "message")} if named else set())


def test_keywords_are_kept_tidy_and_replaced(cast):
    assert listen_for(actor=cast.sol, words=[" SLA ", "sla", "", "报价"]) == ["sla", "报价"]
    assert listen_for(actor=cast.sol, words=["报价"]) == ["报价"]
    assert list(Keyword.objects.filter(user=cast.sol.user).values_list("word", flat=True)) == ["报价"]


@pytest.mark.parametrize("words", [["x"], ["y" * 41], [f"word {n}" for n in range(21)]])
def test_too_many_or_misshapen_keywords_are_refused(cast, words):
    with pytest.raises(InvalidInput):
        listen_for(actor=cast.sol, words=words)

    assert not Keyword.objects.filter(user=cast.sol.user).exists()


def test_keywords_are_nobody_elses_to_read(cast):
    listen_for(actor=cast.sol, words=["secret project"])

    with rows_for(cast.nora) as ask:
        assert ask("SELECT word FROM chat_keyword") == []
    with acting(cast.sol):
        assert Keyword.objects.visible_to(cast.sol).count() == 1


def test_both_doors_of_keywords_and_of_a_channel(cast, quiet):
    sol = Client(HTTP_HOST="localhost")
    sol.force_login(cast.sol.user)
    where = f"/api/v1/channels/{quiet.pk}/arrangement/"

    assert sol.post("/settings/notifications/keywords/", {"words": "SLA\n报价"}).status_code == 302
    assert sol.get("/api/v1/me/keywords/").json() == {"words": ["sla", "报价"]}
    sol.post(f"/channels/{quiet.pk}/arrangement/", {"hears": "nothing"})
    assert sol.get(where).json()["hears"] == "nothing"
    assert "quiet" in sol.get("/settings/notifications/keywords/").content.decode()
    sol.patch(where, {"hears": None}, content_type="application/json")
    assert sol.get(where).json()["hears"] is None


def test_of_one_channel_much_is_shown_for_the_questions_of_little(cast, quiet, monkeypatch):
    """Ten posts that nobody hears of cost their readers what two of them do."""
    monkeypatch.setattr("watching.reader.is_first", lambda said: False)  # weighing has its own pace

    def questions(count):
        said(quiet, cast.nora, *[f"word {number}" for number in range(count)])
        while seal_some(actor=SEALER):
            pass
        with CaptureQueriesContext(connection) as asked:
            assert relay_some(actor=SEALER) == count
        return len(asked)

    tasks.seal()
    questions(2)

    assert questions(10) == questions(2)
