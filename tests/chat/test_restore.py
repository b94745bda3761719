"""What its author has just deleted is put back as it was, for a few seconds, and lies nowhere meanwhile."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import Outbox
from chat.errors import ChannelArchived, MessageDeleted, UndoOver
from chat.models import Attachment, ChannelEvent, Message, MessageVersion, Retention
from chat.models.legal_holds import HeldCopy
from chat.operations import (
    archive_channel,
    delete_message,
    edit_message,
    open_poll,
    place_hold,
    post_message,
    react,
    restore_message,
    upload_attachment,
)
from chat.operations.restoring import forget_deleted
from chat.resources import resource_of
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import NotAllowed
from tests.chat.conftest import fresh, rows_for, said

PLATFORM = Actor.system("tests")


@pytest.fixture(autouse=True)
def quick_store(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


def forget(committing, after=16):
    """Let so many seconds pass, and the clock come by."""
    with acting(PLATFORM), committing(execute=True):
        Message.objects.exclude(deleted_at=None).update(deleted_at=timezone.now() - timedelta(seconds=after))
        return forget_deleted(actor=PLATFORM)


@pytest.fixture
def words(cast, quiet):
    plan = upload_attachment(
        actor=cast.sol, channel=quiet, upload=SimpleUploadedFile("plan.txt", b"the plan")
    )
    message = post_message(actor=cast.sol, channel=fresh(quiet), body="first @Nora", attachments=[plan.pk])
    react(actor=cast.nora, message=message, emoji="👀")
    return edit_message(actor=cast.sol, message=message, body="second, 报价单")


def delete(actor, message, committing):
    with committing(execute=True):
        delete_message(actor=actor, message=message)
    return message.fresh()


def restore(actor, message, committing):
    with acting(actor), committing(execute=True):
        return restore_message(actor=actor, message=message)


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks


def shown(message):
    told = resource_of(Message.objects.told().get(pk=message.pk))
    return {
        one: told[one]
        for one in ("body", "html", "attachments", "reactions", "mentions", "edited_at", "deleted_at")
    }


def test_it_stands_there_as_it_was(cast, words, committing):
    before = shown(words)
    gone = delete(cast.sol, words, committing)
    assert shown(gone)["reactions"] == []
    assert (gone.body, gone.attached, gone.versions.count()) == ("", [], 0), "premise"

    restore(cast.sol, gone, committing)

    assert shown(words) == before
    assert MessageVersion.objects.get(message=words).body == "first @Nora"
    (file,) = Attachment.objects.filter(message=words)
    assert default_storage.open(file.stored).read() == b"the plan"
    with rows_for(cast.nora) as ask:
        asks = "SELECT count(*) FROM chat_message WHERE id = %s AND words @@ to_tsquery('simple', %s)"
        assert ask(asks, words.pk, "second") == [1], "search finds it again"
    last = ChannelEvent.objects.filter(channel=words.channel_id).order_by("-seq")[0]
    assert (last.type, last.message_id) == ("message.edited", words.pk)
    with acting(PLATFORM):
        (entry,) = Outbox.objects.filter(name="chat.message_restored")
    assert "second" not in str(entry.payload)
    assert forget(committing) == 0
    assert shown(words) == before, "what comes after it finds it standing"


def test_meanwhile_it_lies_nowhere_in_the_database(cast, words, committing):
    delete(cast.sol, words, committing)
    for actor in (cast.sol, cast.nora):
        with rows_for(actor) as ask:
            for table in ("chat_messageversion", "chat_attachment"):
                assert ask(f"SELECT count(*) FROM {table} WHERE message_id = %s", words.pk) == [0]
            assert ask("SELECT body FROM chat_message WHERE id = %s", words.pk) == [""]


def test_after_a_moment_it_is_gone_for_good(cast, words, committing):
    gone = delete(cast.sol, words, committing)
    (stored,) = gone.leftover
    assert forget(committing, after=10) == 0
    assert default_storage.exists(stored), "for as long as it may be put back"

    assert forget(committing) == 1
    assert not default_storage.exists(stored)
    with acting(PLATFORM):
        assert not gone.reactions.exists()
    assert gone.fresh().leftover is None
    assert forget(committing) == 0

    with pytest.raises(UndoOver):
        restore(cast.sol, gone, committing)


def test_its_author_alone_puts_it_back_and_only_what_they_deleted_themselves(cast, quiet, committing):
    (mine,) = said(quiet, cast.nils, "of Nils")
    gone = delete(cast.nils, mine, committing)
    for other in (cast.nora, cast.sol):
        with pytest.raises(NotAllowed):
            restore(other, gone, committing)
    (again,) = said(quiet, cast.nils, "taken off by Nora")
    gone = delete(cast.nora, again, committing)
    with pytest.raises(UndoOver):
        restore(cast.nils, gone, committing)


def test_what_stands_what_asked_something_and_what_is_archived_is_not_put_back(cast, quiet, committing):
    (stands,) = said(quiet, cast.nora, "here")
    with pytest.raises(UndoOver):
        restore(cast.nora, stands, committing)
    poll = open_poll(actor=cast.nora, channel=fresh(quiet), question="Which?", options=["a", "b"])
    gone = delete(cast.nora, poll, committing)
    with pytest.raises(UndoOver):
        restore(cast.nora, gone, committing)
    gone = delete(cast.nora, stands, committing)
    archive_channel(actor=cast.nora, channel=fresh(quiet))
    with pytest.raises(ChannelArchived):
        restore(cast.nora, gone, committing)


def test_twice_is_once(cast, words, committing):
    gone = delete(cast.sol, words, committing)
    restore(cast.sol, gone, committing)
    with pytest.raises(UndoOver):
        restore(cast.sol, words, committing)
    delete(cast.sol, words, committing)
    with pytest.raises(MessageDeleted):
        delete_message(actor=cast.sol, message=words)
    assert restore(cast.sol, words, committing).body == "second, 报价单"


def test_a_legal_hold_keeps_it_either_way_and_retention_looks_once_more(cast, words, committing):
    place_hold(actor=cast.sol, organization=cast.southbay, case="c", reason="r")
    with acting(PLATFORM):
        rule = Retention.objects.create(
            organization=cast.southbay,
            days=30,
            begins_at=timezone.now(),
            set_by=cast.sol.user,
            done_until=timezone.now(),
        )
    Message.objects.filter(pk=words.pk).update(created_at=timezone.now() - timedelta(days=2))
    gone = delete(cast.sol, words, committing)
    with acting(PLATFORM):
        assert {one.body for one in HeldCopy.objects.all()} == {"first @Nora", "second, 报价单"}
    assert gone.leftover == [], "what is held is not forgotten"

    restore(cast.sol, gone, committing)

    with acting(PLATFORM):
        assert not HeldCopy.objects.exists(), "it stands itself, and the hold covers it"
        assert rule.fresh().done_until is None
    delete(cast.sol, words, committing)
    with acting(PLATFORM):
        assert HeldCopy.objects.count() == 2


def test_without_the_quick_store_it_is_deleted_for_good(cast, words, committing, monkeypatch):
    class Broken:
        def get(self, *said, **how):
            raise ConnectionError

        set = delete = get

    monkeypatch.setattr("chat.operations.restoring.cache", Broken())
    stored = Attachment.objects.get(message=words).stored
    gone = delete(cast.sol, words, committing)
    assert gone.leftover is None
    assert not default_storage.exists(stored), "its files go at once"
    with acting(PLATFORM):
        assert not gone.reactions.exists()
    with pytest.raises(UndoOver):
        restore(cast.sol, gone, committing)


def test_programs_put_it_back(cast, words, committing, api):
    with committing(execute=True):
        assert api("sol").delete(f"messages/{words.pk}/").status_code == 204
    where = f"messages/{words.pk}/restoration/"
    assert api("nora").post(where).status_code == 403
    assert api("otto").post(where).status_code == 404
    with committing(execute=True):
        made = api("sol").post(where)
    assert (made.status_code, made.json()["body"]) == (200, "second, 报价单")
    assert api("sol").post(where).json()["code"] == "undo_over"
