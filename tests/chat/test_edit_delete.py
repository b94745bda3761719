"""Words taken back or said better: by whom, and what stays."""

import pytest

from chat.errors import ChannelArchived, MessageDeleted
from chat.models import ChannelEvent, Message
from chat.operations import archive_channel, delete_message, edit_message, post_message, react
from chat.resources import resource_of
from kernel.errors import NotAllowed
from tests.chat.conftest import fresh, said


@pytest.fixture
def words(cast, quiet):
    """One message each: of Northwind's manager, its editor, and Southbay's manager."""
    found = [said(quiet, actor, "first words")[0] for actor in (cast.nora, cast.nils, cast.sol)]
    return dict(zip(("nora", "nils", "sol"), found, strict=True))


def test_an_author_says_it_better_and_everybody_sees_that(cast, words):
    edited = edit_message(actor=cast.nils, message=words["nils"], body="**better** words")

    assert edited.fresh().body == "**better** words"
    assert edited.fresh().html == "<p><strong>better</strong> words</p>"
    assert edited.fresh().edited_at is not None
    last = ChannelEvent.objects.filter(channel=edited.channel_id).order_by("-seq")[0]
    assert (last.type, last.message_id) == ("message.edited", edited.pk)


def test_an_edit_names_whom_its_words_name(cast, quiet):
    nils, sol, sia = (cast.user(name) for name in ("nils", "sol", "sia"))
    words = f"@{nils.name} and @{sol.name}"
    message = post_message(actor=cast.nora, channel=quiet, body=words, mentions=[sia.pk])
    assert message.mentions == sorted([nils.pk, sol.pk, sia.pk]), "premise: two in the text, one beside it"

    edited = edit_message(actor=cast.nora, message=message, body=f"@{sol.name} and @{cast.otto.user.name}")

    assert edited.fresh().mentions == sorted([sol.pk, sia.pk])
    assert str(sol.pk) in edited.fresh().html
    assert str(nils.pk) not in edited.fresh().html


def test_the_same_words_again_are_no_change(cast, words):
    before = fresh(words["nils"].channel).last_event_seq

    edit_message(actor=cast.nils, message=words["nils"], body="first words")

    assert fresh(words["nils"].channel).last_event_seq == before
    assert words["nils"].fresh().edited_at is None


def test_nobody_puts_words_into_anothers_mouth(cast, words):
    for actor in (cast.nora, cast.sol, cast.sia):
        with pytest.raises(NotAllowed):
            edit_message(actor=actor, message=words["nils"], body="forged")

    assert words["nils"].fresh().body == "first words"


def test_a_deleted_message_leaves_its_place_and_no_words(cast, words):
    react(actor=cast.sol, message=words["nils"], emoji="👍")

    gone = delete_message(actor=cast.nils, message=words["nils"]).fresh()

    assert (gone.body, gone.html, gone.mentions) == ("", "", [])
    assert gone.deleted_at is not None
    assert gone.seq == words["nils"].seq
    assert resource_of(Message.objects.told().get(pk=gone.pk))["reactions"] == []


def test_a_deleted_message_takes_no_more_changes(cast, words):
    delete_message(actor=cast.nils, message=words["nils"])

    for again in (
        lambda: delete_message(actor=cast.nils, message=words["nils"]),
        lambda: edit_message(actor=cast.nils, message=words["nils"], body="back"),
        lambda: react(actor=cast.nora, message=words["nils"], emoji="👍"),
    ):
        with pytest.raises(MessageDeleted):
            again()


def test_a_manager_deletes_what_their_own_people_wrote_and_nobody_elses(cast, words):
    with pytest.raises(NotAllowed):
        delete_message(actor=cast.sol, message=words["nils"])
    with pytest.raises(NotAllowed):
        delete_message(actor=cast.nora, message=words["sol"])
    with pytest.raises(NotAllowed):
        delete_message(actor=cast.nils, message=words["nora"])

    assert delete_message(actor=cast.nora, message=words["nils"]).deleted_at


def test_in_an_archived_channel_words_stay_as_they_are(cast, words):
    channel = fresh(words["nora"].channel)
    archive_channel(actor=cast.nora, channel=channel)

    with pytest.raises(ChannelArchived):
        edit_message(actor=cast.nora, message=words["nora"], body="after the fact")
