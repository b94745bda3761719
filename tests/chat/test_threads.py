"""Threads are followed by who takes part, and have an unread state of their own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.tasks import seal
from chat.models import Follow
from chat.operations import follow_thread, mark_thread_read, post_message, unfollow_thread
from chat.queries import threads_of
from notifications.models import Notice
from tests.chat.conftest import rows_for, said
from workspaces.models import Member


@pytest.fixture
def root(cast, quiet):
    return said(quiet, cast.nora, "who brings the samples?")[0]


def answer(actor, root, body):
    return post_message(actor=actor, channel=root.channel, body=body, reply_to=root)


def followers(root):
    return set(Follow.objects.on().filter(thread=root).values_list("user__email", flat=True))


def unread(actor, root):
    return {one.thread_id: one.unread for one in threads_of(actor, 100)}.get(root.pk)


def emails(*actors):
    return {one.user.email for one in actors}


def told(root):
    seal()
    about = Notice.objects.filter(event_name="chat.message_posted", payload__thread_id=str(root.pk))
    return set(about.values_list("recipient__email", flat=True))


def test_who_begins_answers_or_is_named_follows_by_that(cast, root):
    assert not followers(root), "premise: nothing is a thread yet"

    answer(cast.sol, root, f"I do, with @{cast.nils.user.name}")

    assert followers(root) == emails(cast.nora, cast.sol, cast.nils)
    assert (unread(cast.nora, root), unread(cast.nils, root), unread(cast.sol, root)) == (1, 1, 0)


def test_each_reads_it_for_themselves(cast, root):
    answer(cast.sol, root, "I do")
    last = answer(cast.sol, root, "on Friday")
    assert unread(cast.nora, root) == 2

    assert mark_thread_read(actor=cast.nora, thread=root, seq=last.seq) == last.seq
    assert mark_thread_read(actor=cast.nora, thread=root, seq=1) == last.seq

    assert unread(cast.nora, root) == 0


def test_who_unfollows_is_told_no_more_until_they_answer(cast, root):
    answer(cast.sol, root, "I do")
    unfollow_thread(actor=cast.nora, thread=root)
    seal()
    Notice.objects.all().delete()

    answer(cast.sol, root, "really")
    assert cast.nora.user.email not in told(root)
    assert unread(cast.nora, root) is None

    answer(cast.nora, root, "thanks")
    answer(cast.sol, root, "welcome")
    assert cast.nora.user.email in told(root)


def test_who_follows_without_a_word_is_told(cast, root):
    answer(cast.sol, root, "I do")
    follow_thread(actor=cast.nils, thread=root)
    assert unread(cast.nils, root) == 0, "what was said before counts as read"

    answer(cast.sol, root, "on Friday")

    assert cast.nils.user.email in told(root)
    assert unread(cast.nils, root) == 1


def test_who_lost_the_channel_follows_nothing_there(cast, root):
    answer(cast.sol, root, "I do")
    Member.objects.filter(workspace=cast.apollo, user=cast.sol.user).delete()

    with rows_for(cast.sol) as ask:
        assert ask("SELECT count(*) FROM chat_follow") == [0]
    answer(cast.nora, root, "then I do")
    assert cast.sol.user.email not in told(root)


def test_nobody_lets_others_follow_where_they_have_not_answered(cast, root):
    reply = answer(cast.sol, root, "I do")

    with rows_for(cast.nils) as ask:
        ask("SELECT priv.follow_thread(%s, %s::uuid[], %s)", root.pk, [cast.sia.user.pk], reply.seq)

    assert followers(root) == emails(cast.nora, cast.sol)


def test_an_answer_asks_the_database_no_more_often_for_more_followers(cast, root):
    def cost(body):
        with CaptureQueriesContext(connection) as asked:
            answer(cast.sol, root, body)
        return len(asked)

    cost("first")
    alone = cost("second")
    for one in (cast.nils, cast.gale):
        Follow.objects.create(channel=root.channel, thread=root, user=one.user)

    assert cost("third") == alone


def test_the_pages_list_follow_and_unfollow(cast, page, root):
    answer(cast.sol, root, "I do")
    nora, where = page("nora"), reverse("thread_following", args=[root.channel_id, root.pk])
    assert root.body in nora.get(reverse("threads")).content.decode()
    assert (
        'class="unread-line"' in nora.get(reverse("thread", args=[root.channel_id, root.pk])).content.decode()
    )

    nora.post(where, {"end": "1", "list": "1"})
    assert root.body not in nora.get(reverse("threads")).content.decode()
    nora.post(where)
    assert root.body in nora.get(reverse("threads")).content.decode()


def test_programs_follow_and_read(cast, api, root):
    reply = answer(cast.sol, root, "I do")
    nora = api("nora")
    (one,) = [
        each for each in nora.get("me/threads/").json()["results"] if each["thread"]["id"] == str(root.pk)
    ]
    assert one["unread"] == 1
    assert nora.put(f"threads/{root.pk}/read/", {"seq": reply.seq}).json() == {"seq": reply.seq}
    assert nora.delete(f"threads/{root.pk}/following/").status_code == 204
    assert nora.put(f"threads/{root.pk}/following/", {}).json()["following"]
    assert api("otto").put(f"threads/{root.pk}/following/", {}).status_code == 404
    assert nora.put(f"threads/{reply.pk}/following/", {}).status_code == 404, "an answer begins no thread"


def test_a_long_thread_opens_where_one_stopped_and_goes_on_both_ways(cast, page, root):
    answers = [answer(cast.sol, root, f"numbered {number}.") for number in range(1, 121)]
    where = reverse("thread", args=[root.channel_id, root.pk])
    older, newer = (reverse(f"channel_{way}", args=[root.channel_id]) for way in ("older", "newer"))
    of = {"thread": str(root.pk)}
    nora, sol = page("nora"), page("sol")

    stopped, newest = (one.get(where).content.decode() for one in (nora, sol))

    assert root.body in stopped, "nora has read nothing of it"
    assert "numbered 120." not in stopped
    assert "data-timeline-more-value" in stopped
    assert "numbered 71." in newest, "who wrote the last has read all"
    assert "numbered 70." not in newest
    assert "data-timeline-more-value" not in newest
    above = sol.get(older, {**of, "before_seq": answers[49].seq}).content.decode()
    assert root.body in above
    assert "numbered 49." in above
    assert "numbered 50." not in above
    below = nora.get(newer, {**of, "after_seq": answers[99].seq}).content.decode()
    assert ("numbered 100." in below, "numbered 101." in below) == (False, True)
    around = nora.get(older, {**of, "named": str(answers[59].pk)}).content.decode()
    assert ("numbered 60." in around, "numbered 120." in around) == (True, False)


def test_what_is_named_is_found_where_it_stands_and_nowhere_else(cast, page, root):
    reply = answer(cast.sol, root, "I do")
    where = reverse("channel_older", args=[root.channel_id])
    nora = page("nora")

    assert root.body in nora.get(where, {"named": str(root.pk)}).content.decode()
    assert nora.get(where, {"named": str(reply.pk)}).status_code == 404, "it stands in a thread"
    assert nora.get(where, {"named": "x"}).status_code == 404
    assert nora.get(where, {"named": str(root.pk), "thread": "x"}).status_code == 404
    assert page("eve").get(where, {"named": str(root.pk)}).status_code == 404
