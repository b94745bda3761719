"""Who is told of what is said, each once, and where the word leads."""

import pytest
from django.urls import reverse

from audit import tasks
from chat.operations import edit_message, post_message
from notifications.models import Notice
from tests.chat.conftest import said


@pytest.fixture
def told():
    """Have all that happened since read by those who tell of it, and return who was told of what, and where."""
    tasks.seal()
    tasks.seal()  # what was found unusual in the world before is told of in its turn
    Notice.objects.all().delete()

    def tell():
        tasks.seal()
        notices = Notice.objects.order_by("recipient__name").select_related("recipient")
        return [(one.recipient, one.kind, one.url) for one in notices]

    return tell


def test_who_is_named_in_an_answer_is_led_to_the_thread(cast, quiet, told):
    (root,) = said(quiet, cast.nora, "question")
    answer = post_message(actor=cast.nora, channel=quiet, body=f"@{cast.sol.user.name}?", reply_to=root)

    thread = reverse("thread", args=[quiet.pk, root.pk])
    assert told() == [(cast.sol.user, "mention", f"{thread}#message-{answer.pk}")]


def test_who_follows_the_thread_is_led_there_and_the_link_shows_the_message(cast, quiet, told, page):
    (root,) = said(quiet, cast.sol, "question")
    answer = post_message(actor=cast.nora, channel=quiet, body="answer", reply_to=root)

    ((person, kind, url),) = told()

    assert (person, kind) == (cast.sol.user, "message")
    assert f'id="message-{answer.pk}"' in page("sol").get(url).content.decode()


def test_who_is_newly_named_by_an_edit_is_told_once(cast, quiet, told):
    nils, sol = cast.nils.user, cast.sol.user
    message = post_message(actor=cast.nora, channel=quiet, body=f"@{nils.name}")
    where = f"{reverse('channel', args=[quiet.pk])}#message-{message.pk}"
    assert told() == [(nils, "mention", where)], "premise"

    edit_message(actor=cast.nora, message=message, body=f"@{nils.name} @{sol.name}")
    edit_message(actor=cast.nora, message=message, body=f"@{nils.name} @{sol.name}, please")

    assert sorted(told(), key=str) == sorted([(nils, "mention", where), (sol, "mention", where)], key=str)


def test_an_edit_tells_nobody_who_is_not_in_the_channel(cast, pricing, told):
    (message,) = said(pricing, cast.nora, "a word")

    edit_message(actor=cast.nora, message=message, body=f"@{cast.sol.user.name}")

    assert told() == []


def test_an_edit_of_a_direct_message_owes_no_mention(cast, direct, told):
    (message,) = said(direct, cast.nora, "a word")

    edit_message(actor=cast.nora, message=message, body=f"@{cast.sol.user.name}")

    assert [kind for _person, kind, _url in told()] == ["message"]
