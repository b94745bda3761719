"""Unread again from a message on, and read all at once; and a page that begins where one stopped."""

import pytest
from django.urls import reverse

from chat.models import Follow, Mention, Message, ReadMark
from chat.operations import (
    delete_message,
    edit_message,
    mark_all_read,
    mark_read,
    mark_unread,
    post_message,
)
from kernel.acting import acting
from tests.chat.conftest import fresh, said
from tests.chat.test_pages import posts
from tests.chat.test_reactions_and_reading import unread


def test_from_a_message_on_it_is_unread_again(cast, quiet):
    said(quiet, cast.nora, "one", f"two, @{cast.sol.user.name}", "three")
    mark_read(actor=cast.sol, channel=quiet, seq=3)
    assert unread(quiet, cast.sol) == (0, 0), "premise"

    assert mark_unread(actor=cast.sol, channel=quiet, seq=2) == 1

    assert unread(quiet, cast.sol) == (2, 1)


def test_who_is_named_no_more_is_not_called_any_more(cast, quiet):
    one, two, _three = said(quiet, cast.nora, *(f"{n}, @{cast.sol.user.name}" for n in range(3)))
    assert unread(quiet, cast.sol) == (3, 3), "premise"

    edit_message(actor=cast.nora, message=one, body=f"rather @{cast.nils.user.name}")
    delete_message(actor=cast.nora, message=two)

    assert (unread(quiet, cast.sol), unread(quiet, cast.nils)) == ((3, 1), (3, 1))
    with acting(cast.sol):
        assert {one.user_id for one in Mention.objects.all()} == {cast.sol.user_id}, (
            "of others nobody learns it"
        )


def test_what_is_unread_already_stays_so(cast, quiet):
    said(quiet, cast.nora, "one", "two", "three")
    mark_read(actor=cast.sol, channel=quiet, seq=1)

    assert mark_unread(actor=cast.sol, channel=quiet, seq=3) == 1
    assert mark_unread(actor=cast.nils, channel=quiet, seq=3) == 0


def test_all_is_read_at_once_and_by_nobody_else(cast, quiet, direct, pricing):
    said(quiet, cast.nora, "one", "two")
    said(direct, cast.nora, "here too")
    mark_read(actor=cast.sol, channel=quiet, seq=1)

    assert mark_all_read(actor=cast.sol) >= 2

    assert unread(quiet, cast.sol) == unread(fresh(direct), cast.sol) == (0, 0)
    assert not ReadMark.objects.filter(channel=pricing, user=cast.sol.user).exists(), (
        "never where they do not read"
    )
    assert unread(quiet, cast.nils)[0] == 2
    assert mark_all_read(actor=cast.sol) == 0


def test_with_all_else_the_threads_one_follows_are_read(cast, quiet):
    (first,) = said(quiet, cast.sol, "Which bolt?")
    post_message(actor=cast.nora, channel=quiet, body="M8", reply_to=first)
    news = Follow.objects.filter(user=cast.sol.user, thread=first).unread()
    assert news.exists(), "premise"

    mark_all_read(actor=cast.sol)
    assert not news.exists()
    post_message(actor=cast.nora, channel=fresh(quiet), body="Or M10", reply_to=first)
    assert news.exists(), "what comes after is new"


def test_a_page_may_begin_where_one_stopped(cast, page, quiet):
    posts(quiet, cast.nora, 200)
    mark_read(actor=cast.sol, channel=quiet, seq=40)
    sol, where = page("sol"), reverse("channel", args=[quiet.pk])
    newest = sol.get(where).content.decode()
    assert f"{where}?around=41" in newest
    assert "message 41<" not in newest, "premise: it stands above what the page begins with"

    words = sol.get(where, {"around": 41}).content.decode()

    before, _line, after = words.partition('class="unread-line"')
    assert "message 40<" in before
    assert "message 41<" in after
    assert "data-timeline-more-value" in words
    below = sol.get(reverse("channel_newer", args=[quiet.pk]), {"after_seq": 65}).content.decode()
    assert "message 66<" in below
    assert "message 65<" not in below


def test_a_page_counts_what_others_said_above_it_and_no_answers_in_threads(cast, page, quiet):
    posts(quiet, cast.nora, 90)
    rows = Message.objects.filter(channel=quiet)
    rows.filter(seq__in=(10, 11)).update(author=cast.sol.user, organization=cast.sol.org)
    rows.filter(seq__in=(20, 21, 22)).update(thread=rows.get(seq=19))
    where = reverse("channel", args=[quiet.pk])

    assert "85 条新消息" in page("sol").get(where).content.decode()


def test_where_all_that_is_above_is_answers_nobody_is_sent_up(cast, page, quiet):
    posts(quiet, cast.nora, 90)
    rows = Message.objects.filter(channel=quiet)
    rows.filter(seq__gt=1, seq__lt=60).update(thread=rows.get(seq=1))
    mark_read(actor=cast.sol, channel=quiet, seq=1)

    assert "unread-bar" not in page("sol").get(reverse("channel", args=[quiet.pk])).content.decode()


@pytest.mark.parametrize("at", ["x", "-1", "9" * 30])
def test_a_number_that_cannot_be_meant_is_refused(cast, page, quiet, at):
    assert page("sol").get(reverse("channel", args=[quiet.pk]), {"around": at}).status_code == 422


def test_both_doors_mark_back_and_all(cast, api, page, quiet):
    said(quiet, cast.nora, "one", "two")
    sol = api("sol")
    assert sol.put("channels/read/", {}).json()["channels"] >= 1
    assert sol.put(f"channels/{quiet.pk}/unread/", {"seq": 1}).json() == {"seq": 0}
    assert api("otto").put(f"channels/{quiet.pk}/unread/", {"seq": 1}).status_code == 404

    answer = page("sol").post(reverse("channels_read"), {"next": "/later/"})

    assert answer["Location"] == "/later/"
    assert unread(quiet, cast.sol) == (0, 0)
