"""What one was told of a channel or a thread is read with it, and is one notice until then."""

import pytest
from django.urls import reverse

from audit import tasks
from chat.models import Arrangement
from chat.operations import mark_all_read, mark_read, mark_thread_read, post_message
from notifications.models import Notice
from notifications.queries import unread_count
from tests.chat.conftest import said


@pytest.fixture
def told(cast):
    """Have what happened since told, and return what stands unread in Sol's inbox: how many, of what, from where on."""
    tasks.seal()
    tasks.seal()
    Notice.objects.all().delete()

    def tell():
        tasks.seal()
        mine = Notice.objects.visible_to(cast.sol).uncovered().unread().order_by("pk")
        return [(one.count, one.kind, one.url.rpartition("#message-")[2]) for one in mine]

    return tell


@pytest.fixture
def root(cast, quiet):
    return said(quiet, cast.sol, "who brings the samples?")[0]


def answers(actor, root, *bodies):
    return [post_message(actor=actor, channel=root.channel, body=body, reply_to=root) for body in bodies]


def test_answers_in_a_thread_are_one_notice_and_a_mention_is_its_own(cast, root, told):
    first, _second = answers(cast.nora, root, "I do", "on Friday")
    (named,) = answers(cast.nora, root, f"fine, @{cast.sol.user.name}?")
    answers(cast.nils, root, "me too")

    assert told() == [(1, "mention", str(named.pk)), (3, "message", str(first.pk))]


def test_reading_the_thread_reads_all_of_it(cast, root, told):
    answers(cast.nora, root, "I do", f"on Friday, @{cast.sol.user.name}?")
    (last,) = answers(cast.nora, root, "or not")
    assert unread_count(cast.sol) == 0, "premise: nobody has told yet"
    assert len(told()) == 2, "premise"

    mark_thread_read(actor=cast.sol, thread=root, seq=last.seq)

    assert told() == []


def test_what_comes_after_what_was_read_stays_unread(cast, root, told):
    first, second = answers(cast.nora, root, "I do", "on Friday")
    assert told() == [(2, "message", str(first.pk))], "premise"

    mark_thread_read(actor=cast.sol, thread=root, seq=first.seq)
    assert told() == [(2, "message", str(first.pk))]

    mark_thread_read(actor=cast.sol, thread=root, seq=second.seq)
    assert told() == []


def test_who_has_read_the_answer_before_the_word_of_it_is_not_disturbed(cast, root, told):
    (answer,) = answers(cast.nora, root, f"I do, @{cast.sol.user.name}")
    mark_thread_read(actor=cast.sol, thread=root, seq=answer.seq)

    assert told() == []
    assert Notice.objects.visible_to(cast.sol).count() == 1, "it stands among what was read"


def test_direct_messages_are_one_notice_and_read_with_the_conversation(cast, direct, told):
    first, _second, last = said(direct, cast.nora, "one", "two", "three")
    assert told() == [(3, "message", str(first.pk))]

    mark_read(actor=cast.sol, channel=direct, seq=last.seq)

    assert told() == []


def test_all_of_a_channel_is_one_notice_for_who_wants_to_hear_all(cast, quiet, told):
    Arrangement.objects.create(channel=quiet, user=cast.sol.user, hears=Arrangement.Hears.ALL)
    first, _second = said(quiet, cast.nora, "one", "two")

    assert told() == [(2, "message", str(first.pk))]


def test_another_channel_is_not_read_with_it(cast, direct, root, told):
    (last,) = said(direct, cast.nora, "one")
    answers(cast.nora, root, "I do")
    assert len(told()) == 2, "premise"

    mark_read(actor=cast.sol, channel=direct, seq=last.seq)

    assert [count for count, _kind, _where in told()] == [1]


def test_marking_all_read_reads_what_was_told_of_all(cast, direct, root, told):
    said(direct, cast.nora, "one")
    answers(cast.nora, root, "I do")
    assert len(told()) == 2, "premise"

    mark_all_read(actor=cast.sol)

    assert told() == []


def test_programs_see_how_many_and_the_first(cast, api, root, told):
    first, _second = answers(cast.nora, root, "I do", "on Friday")
    told()

    (seen,) = api("sol").get("notifications/?unread=true").json()["results"]

    assert (seen["fold"], seen["count"]) == (f"thread:{root.pk}", 2)
    thread = reverse("thread", args=[root.channel_id, root.pk])
    assert seen["url"] == f"{thread}#message-{first.pk}"
