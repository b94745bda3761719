"""What an organization must not lose stays, whatever retention removes and whoever deletes it."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import Outbox
from chat.errors import HoldReleased
from chat.models import HeldCopy, LegalHold
from chat.operations import (
    delete_message,
    drop_released,
    edit_message,
    forget_expired,
    place_hold,
    post_message,
    read_held,
    release_hold,
    set_retention,
    upload_attachment,
)
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import InvalidInput, NotAllowed
from tests.chat.conftest import fresh, rows_for, said

PLATFORM = Actor.system("tests")


@pytest.fixture
def hold(cast):
    return place_hold(
        actor=cast.sol,
        organization=cast.southbay,
        case="Case 7",
        reason="A claim of ours",
        people=[cast.sia.user.pk],
    )


@pytest.fixture
def writer(cast):
    """Sia writes."""
    with acting(PLATFORM):
        cast.apollo.members.filter(user=cast.sia.user).update(role="editor")
    return cast.sia


def kept(of):
    with acting(PLATFORM):
        return list(HeldCopy.objects.filter(message=of).order_by("said_at").values_list("body", flat=True))


def test_a_deleted_message_that_is_held_is_kept_for_who_reads_the_record(cast, quiet, hold, writer):
    carried = upload_attachment(actor=writer, channel=quiet, upload=SimpleUploadedFile("a.txt", b"abc"))
    message = post_message(actor=writer, channel=fresh(quiet), body="first", attachments=[carried.pk])
    message = edit_message(actor=writer, message=message, body="second")
    gone = delete_message(actor=writer, message=message)

    assert gone.body == ""
    assert kept(message) == ["first", "second"]
    assert default_storage.exists(carried.stored)
    with rows_for(writer) as ask:
        assert ask("SELECT body FROM chat_message WHERE id = %s", message.pk) == [""]
        for table in ("chat_legalhold", "chat_heldcopy"):
            assert ask(f"SELECT count(*) FROM {table}") == [0], "who is held is not told"
    with rows_for(cast.nora) as ask:
        assert ask("SELECT count(*) FROM chat_heldcopy") == [0], "nor is the host"
    with acting(cast.sol):
        assert [one.body for one in read_held(actor=cast.sol, hold=hold)] == ["first", "second"]
        assert read_held(actor=cast.sol, hold=hold)[1].files[0]["name"] == "a.txt"
    with acting(PLATFORM):
        assert Outbox.objects.filter(name="chat.held_read", org_ids=[cast.southbay.pk]).count() == 2


def test_what_nobody_holds_is_gone(cast, quiet, hold):
    (message,) = said(quiet, cast.sol, "of Sol, who is not held")
    delete_message(actor=cast.sol, message=message)
    assert kept(message) == []


def test_held_messages_outlast_retention_until_they_are_released(cast, quiet, hold, writer):
    (mine,) = said(quiet, cast.sol, "goes")
    (held,) = said(quiet, writer, "stays")
    rule = set_retention(actor=cast.sol, organization=cast.southbay, days=30)
    later = timezone.now() + timedelta(days=40)

    def run():
        with acting(PLATFORM):
            while forget_expired(actor=PLATFORM, retention=rule, now=later):
                pass
        mine.refresh_from_db()
        held.refresh_from_db()
        return mine.body, held.body

    assert run() == ("", "stays")
    release_hold(actor=cast.sol, hold=hold)
    assert run() == ("", "")


def test_what_was_kept_goes_with_the_last_hold_that_covers_it(cast, quiet, hold, writer):
    carried = upload_attachment(actor=writer, channel=quiet, upload=SimpleUploadedFile("a.txt", b"abc"))
    message = post_message(actor=writer, channel=fresh(quiet), body="kept", attachments=[carried.pk])
    second = place_hold(
        actor=cast.sol, organization=cast.southbay, case="Case 8", reason="r", channels=[quiet.pk]
    )
    delete_message(actor=writer, message=message)

    def drop():
        with acting(PLATFORM):
            while drop_released(actor=PLATFORM):
                pass

    release_hold(actor=cast.sol, hold=hold)
    drop()
    assert kept(message) == ["kept"]
    release_hold(actor=cast.sol, hold=second)
    drop()
    assert kept(message) == []
    with pytest.raises(HoldReleased):
        release_hold(actor=cast.sol, hold=second)


def test_days_bound_a_hold(cast, quiet, writer):
    yesterday = timezone.now().date() - timedelta(days=1)
    place_hold(actor=cast.sol, organization=cast.southbay, case="Past", reason="r", until=yesterday)
    (message,) = said(quiet, writer, "of today")
    delete_message(actor=writer, message=message)
    assert kept(message) == []
    with pytest.raises(InvalidInput):
        place_hold(
            actor=cast.sol, organization=cast.southbay, case="c", reason="r",
            since=timezone.now().date(), until=yesterday,
        )  # fmt: skip


def test_only_ones_own_people_and_places_are_held_by_who_reads_the_record(cast, pricing):
    for who in ({"people": [cast.nora.user.pk]}, {"channels": [pricing.pk]}):
        with pytest.raises(InvalidInput):
            place_hold(actor=cast.sol, organization=cast.southbay, case="c", reason="r", **who)
    for actor in (cast.sia, cast.nora, cast.otto):
        with pytest.raises(NotAllowed):
            place_hold(actor=actor, organization=cast.southbay, case="c", reason="r")
    assert place_hold(actor=cast.ada, organization=cast.northwind, case="c", reason="r").stands


def test_pages_and_programs_hold_and_let_go(cast, api, page, quiet):
    ada = page("ada")
    where = f"/orgs/{cast.northwind.pk}/legal-holds/"
    assert ada.get(where).status_code == 200
    said_ = {"case": "Case 9", "reason": "r", "people": [str(cast.nils.user.pk)], "channels": [str(quiet.pk)]}
    assert ada.post(where, said_).status_code == 302
    with acting(PLATFORM):
        hold = LegalHold.objects.get(case="Case 9")
    (message,) = said(quiet, cast.nils, "to be kept")
    delete_message(actor=cast.nils, message=message)
    assert "to be kept" not in ada.get(f"/legal-holds/{hold.pk}/").content.decode()
    assert "to be kept" in ada.post(f"/legal-holds/{hold.pk}/").content.decode()
    assert page("nils").get(f"/legal-holds/{hold.pk}/").status_code == 404
    assert page("nils").get(where).status_code == 403

    there = api("ada").get(f"legal-holds/{hold.pk}/kept/").json()["results"]
    assert [one["body"] for one in there] == ["to be kept"]
    assert api("ada").delete(f"legal-holds/{hold.pk}/").status_code == 204
    assert api("ada").delete(f"legal-holds/{hold.pk}/").status_code == 409
    new = {"case": "c", "reason": "r", "people": [str(cast.nils.user.pk)]}
    assert api("ada").post(f"orgs/{cast.northwind.pk}/legal-holds/", new).status_code == 201
    assert api("nils").get(f"orgs/{cast.northwind.pk}/legal-holds/").status_code == 403
