"""What is written and not sent: on all devices of its writer, the newest wins, and nobody else's business."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from chat.models import Draft
from chat.operations import keep_draft
from tests.chat.conftest import rows_for, said


def ago(minutes):
    return timezone.now() - timedelta(minutes=minutes)


def test_the_newest_wins_whichever_device_says_it_last(cast, quiet):
    keep_draft(actor=cast.sol, channel=quiet, body="second", at=ago(1))

    kept = keep_draft(actor=cast.sol, channel=quiet, body="first", at=ago(2))

    assert kept.body == Draft.objects.get().body == "second"


def test_what_was_sent_does_not_come_back_from_a_device_that_was_away(cast, quiet):
    keep_draft(actor=cast.sol, channel=quiet, body="hello", at=ago(3))
    keep_draft(actor=cast.sol, channel=quiet, body="", at=ago(1))

    keep_draft(actor=cast.sol, channel=quiet, body="hell", at=ago(2))

    assert not Draft.objects.written().exists()


def test_a_clock_that_is_ahead_does_not_win_forever(cast, quiet):
    keep_draft(actor=cast.sol, channel=quiet, body="from tomorrow", at=ago(-60))

    keep_draft(actor=cast.sol, channel=quiet, body="now", at=timezone.now())

    assert Draft.objects.get().body == "now"


def test_a_thread_has_a_draft_of_its_own(cast, quiet):
    (root,) = said(quiet, cast.nora, "question")
    keep_draft(actor=cast.sol, channel=quiet, body="here", at=ago(1))
    keep_draft(actor=cast.sol, channel=quiet, body="there", at=ago(1), thread=root)

    assert set(Draft.objects.values_list("thread", "body")) == {(None, "here"), (root.pk, "there")}


def test_nobody_reads_what_another_writes(cast, quiet):
    keep_draft(actor=cast.sol, channel=quiet, body="secret", at=ago(1))

    with rows_for(cast.sol) as ask:
        assert ask("SELECT body FROM chat_draft") == ["secret"], "premise"
    with rows_for(cast.nora) as ask:
        assert ask("SELECT body FROM chat_draft") == []


@pytest.mark.parametrize("where", ["channel", "thread"])
def test_it_stands_in_the_composer_of_its_place_and_no_other(cast, page, quiet, where):
    (root,) = said(quiet, cast.nora, "question")
    keep_draft(
        actor=cast.sol,
        channel=quiet,
        body="half a sentence",
        at=ago(1),
        thread=root if where == "thread" else None,
    )
    pages = {
        "channel": reverse("channel", args=[quiet.pk]),
        "thread": reverse("thread", args=[quiet.pk, root.pk]),
    }

    for name, address in pages.items():
        assert ("half a sentence" in page("sol").get(address).content.decode()) is (name == where)
        assert "half a sentence" not in page("nora").get(address).content.decode()


def test_the_sidebar_marks_where_something_waits_to_be_sent(cast, page, quiet):
    sol = page("sol")
    assert "has-draft" not in sol.get(reverse("shell_sidebar")).content.decode(), "premise"

    keep_draft(actor=cast.sol, channel=quiet, body="half a sentence", at=ago(1))

    assert "has-draft" in sol.get(reverse("shell_sidebar")).content.decode()


def test_the_page_lists_and_discards_it(cast, page, quiet):
    draft = keep_draft(actor=cast.sol, channel=quiet, body="half a sentence", at=ago(1))
    sol = page("sol")
    assert "half a sentence" in sol.get(reverse("later"), {"tab": "drafts"}).content.decode()

    sol.post(reverse("draft_removal", args=[draft.pk]))

    assert "half a sentence" not in sol.get(reverse("later"), {"tab": "drafts"}).content.decode()


def test_programs_keep_and_end_it(cast, api, quiet):
    sol, place = api("sol"), f"channels/{quiet.pk}/draft/"
    sol.put(place, {"body": "half", "at": ago(2).isoformat()})
    assert [one["body"] for one in sol.get("me/drafts/").json()["results"]] == ["half"]

    assert sol.put(place, {"body": "", "at": ago(1).isoformat()}).json()["body"] == ""

    assert sol.get("me/drafts/").json()["results"] == []
    assert api("otto").put(place, {"body": "x", "at": ago(1).isoformat()}).status_code == 404
