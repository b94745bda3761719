"""What one takes along: everything of one's own, nothing of others', for oneself alone and for a day."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.errors import CopyUnderway
from accounts.models import Copy
from accounts.operations import ask_for_copy
from accounts.tasks import make_copy, make_waiting_copies, purge
from audit.models import Outbox
from audit.tasks import seal
from chat.operations import post_message
from kernel.copies import KEEPERS
from kernel.errors import NotAllowed
from notifications.models import Notice


def asked_by(actor):
    return ask_for_copy(actor=actor, person=actor.user)


def made_for(actor):
    copy = asked_by(actor)
    make_copy(str(copy.pk))
    return copy.fresh()


def read(answer):
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as pack:
        return {name: json.loads(pack.read(name)) for name in pack.namelist()}


def test_it_holds_a_file_for_each_who_keeps_something(cast, page):
    post_message(actor=cast.nora, channel=cast.general, body="Mine, 我的 <b>")
    post_message(actor=cast.sol, channel=cast.general, body="This one is Sol's.")

    said = read(page("nora").get(made_for(cast.nora).url))

    assert set(said) == {f"{name}.json" for name in KEEPERS}
    assert {"profile.json", "memberships.json", "messages.json", "decisions.json", "consents.json"} <= set(
        said
    )
    assert said["profile.json"][0]["email"] == "nora@northwind.example"
    assert "password" not in said["profile.json"][0]
    assert [one["organization__name"] for one in said["memberships.json"]] == [cast.northwind.name]
    bodies = [one["body"] for one in said["messages.json"]]
    assert "Mine, 我的 <b>" in bodies
    assert "This one is Sol's." not in bodies
    assert len(said["consents.json"]) == 2


def test_who_has_said_nothing_gets_lists_that_are_empty(cast, page):
    said = read(page("otto").get(made_for(cast.otto).url))

    assert said["messages.json"] == said["decisions.json"] == said["memberships.json"] == []


def test_no_secret_is_in_it(cast, page):
    secret = cast.token("nora")

    said = json.dumps(read(page("nora").get(made_for(cast.nora).url)))

    assert '"tests"' in said, "premise: the token's name is there"
    assert secret not in said
    assert "digest" not in said


def test_the_person_alone_may_fetch_it(cast, page):
    url = made_for(cast.nora).url

    assert page("nora").get(url).status_code == 200
    for other in ("nils", "sol", "otto"):
        assert page(other).get(url).status_code == 404
    assert page().get(url).status_code == 302


def test_a_link_that_was_bent_opens_nothing(cast, page):
    url = made_for(cast.nora).url

    assert page("nora").get(url[:-3] + "AB/").status_code == 404
    assert page("nora").get("/settings/account/copies/" + "x" * 3000 + "/").status_code == 404


def test_after_a_day_it_is_gone(cast, page):
    copy = made_for(cast.nora)
    url = copy.url
    Copy.objects.filter(pk=copy.pk).update(ready_at=timezone.now() - timedelta(hours=25))

    assert page("nora").get(url).status_code == 404
    assert "Download" not in page("nora").get("/settings/account/").content.decode()
    purge()
    assert not Copy.objects.exists()


def test_its_file_goes_with_it(cast, django_capture_on_commit_callbacks):
    first = made_for(cast.nora)
    assert default_storage.exists(first.file), "premise"

    with django_capture_on_commit_callbacks(execute=True):
        asked_by(cast.nora)

    assert not default_storage.exists(first.file)


def test_one_is_made_at_a_time(cast):
    asked_by(cast.nora)

    with pytest.raises(CopyUnderway):
        asked_by(cast.nora)


def test_made_twice_it_is_one_and_leaves_no_file_behind(cast):
    copy = made_for(cast.nora)
    before = default_storage.listdir("copies")[1]

    make_copy(str(copy.pk))

    assert default_storage.listdir("copies")[1] == before
    assert copy.fresh().file == copy.file


def test_what_was_never_begun_is_begun_later(cast):
    copy = asked_by(cast.nora)
    Copy.objects.filter(pk=copy.pk).update(created_at=timezone.now() - timedelta(minutes=3))

    make_waiting_copies()

    assert copy.fresh().is_ready


def test_one_that_fails_says_so_and_may_be_asked_for_again(cast, page, monkeypatch):
    def breaks(actor):
        raise OSError

    monkeypatch.setitem(KEEPERS, "broken", breaks)
    assert made_for(cast.nora).state == Copy.State.FAILED
    assert "could not be made" in page("nora").get("/settings/account/").content.decode()

    monkeypatch.delitem(KEEPERS, "broken")
    assert made_for(cast.nora).is_ready


def test_the_page_shows_how_far_it_is_and_then_the_link(cast, page):
    nora = page("nora")
    assert nora.post("/settings/account/copies/").url == "/settings/account/"
    waiting = nora.get("/settings/account/copy/").content.decode()
    assert f"0 of {len(KEEPERS)} parts" in waiting
    assert 'hx-trigger="every 2s"' in waiting

    make_copy(str(Copy.objects.get().pk))

    ready = nora.get("/settings/account/").content.decode()
    assert Copy.objects.get().url.rpartition(":")[0].split(":")[0] in ready
    assert "hx-trigger" not in nora.get("/settings/account/copy/").content.decode()


def test_its_person_is_told_and_the_record_knows(cast, page):
    page("nora").get(made_for(cast.nora).url)
    names = set(Outbox.objects.filter(name__startswith="accounts.copy").values_list("name", flat=True))
    assert names == {"accounts.copy_asked", "accounts.copy_ready", "accounts.copy_taken"}

    seal()

    told = Notice.objects.filter(event_name="accounts.copy_ready")
    assert [one.recipient_id for one in told] == [cast.nora.user_id]
    assert told[0].sentence() == "The copy of your data is ready"


def test_a_key_for_programs_takes_no_copy_and_nobody_takes_anothers(cast):
    with pytest.raises(NotAllowed):
        ask_for_copy(actor=cast.sol, person=cast.user("nora"))
