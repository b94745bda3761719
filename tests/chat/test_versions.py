"""What a message said before it was edited: for those who read it, until it is deleted."""

from django.urls import reverse

from chat.models import MessageVersion
from chat.operations import delete_message, edit_message, mark_read
from tests.chat.conftest import rows_for, said


def test_each_edit_keeps_the_words_it_replaces(cast, quiet):
    (message,) = said(quiet, cast.nora, "ten")
    edit_message(actor=cast.nora, message=message, body="eleven")
    edited_at = message.fresh().edited_at
    edit_message(actor=cast.nora, message=message, body="eleven")
    edit_message(actor=cast.nora, message=message, body="twelve")

    kept = list(message.versions.values_list("body", "said_at"))

    assert kept == [("ten", message.created_at), ("eleven", edited_at)]


def test_they_go_with_the_message(cast, quiet):
    (message,) = said(quiet, cast.nora, "ten")
    edit_message(actor=cast.nora, message=message, body="eleven")
    assert message.versions.exists(), "premise"

    delete_message(actor=cast.nora, message=message)

    assert not MessageVersion.objects.filter(message=message).exists()


def test_who_reads_the_channel_reads_them_and_nobody_else(cast, api, tooling, pricing):
    for channel, readers, others in (
        (tooling, ("nora", "gale"), ("sia", "eve", "otto")),
        (pricing, ("nora", "nils"), ("sol", "gale", "otto")),
    ):
        (message,) = said(channel, cast.nora, "ten")
        edit_message(actor=cast.nora, message=message, body="eleven")
        for name in readers:
            listed = api(name).get(f"messages/{message.pk}/versions/").json()["results"]
            assert [one["body"] for one in listed] == ["ten"]
            with rows_for(getattr(cast, name)) as ask:
                assert ask("SELECT body FROM chat_messageversion WHERE message_id = %s", message.pk) == [
                    "ten"
                ]
        for name in others:
            assert api(name).get(f"messages/{message.pk}/versions/").status_code == 404
            with rows_for(getattr(cast, name)) as ask:
                assert ask("SELECT body FROM chat_messageversion WHERE message_id = %s", message.pk) == []


def test_a_page_tells_all_about_one_message(cast, page, quiet):
    (message,) = said(quiet, cast.nora, "ten")
    edit_message(actor=cast.nora, message=message, body="eleven")
    mark_read(actor=cast.sol, channel=quiet, seq=message.seq)
    where = reverse("message", args=[quiet.pk, message.pk])

    words = page("sia").get(where).content.decode()
    assert "<p>ten</p>" in words
    assert cast.sol.user.name in words.partition('id="sheet-read"')[2]
    assert reverse("message_pin", args=[quiet.pk, message.pk]) not in words, "Sia only reads"
    part = page("sol").get(where, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert reverse("message_pin", args=[quiet.pk, message.pk]) in part

    assert page("otto").get(where).status_code == 404
    delete_message(actor=cast.nora, message=message)
    assert page("sol").get(where).status_code == 404
