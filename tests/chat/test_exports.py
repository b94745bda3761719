"""What somebody takes along: what they may read and their partners let out, when it is made and when it is fetched."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import Outbox
from audit.tasks import seal
from chat.errors import ExportOutdated, ExportUnderway
from chat.models import Export
from chat.operations import (
    ask_for_export,
    delete_message,
    forget_own,
    open_poll,
    post_message,
    take_export,
    upload_attachment,
    vote,
)
from chat.tasks import make_export, make_waiting_exports
from kernel.acting import acting
from kernel.actor import Actor
from kernel.errors import ConfirmationNeeded, InvalidInput, NotAllowed
from notifications.models import Notice
from tests.chat.conftest import fresh, rows_for, said

PLATFORM = Actor.system("tests")


def made(actor, channel=None, **width):
    export = ask_for_export(actor=actor, channel=channel, **width)
    with acting(PLATFORM):
        make_export(str(export.pk))
    return Export.objects.select_related("user", "organization", "channel__workspace").get(pk=export.pk)


def packed(export):
    return zipfile.ZipFile(default_storage.open(export.stored))


def lines(export):
    with packed(export) as pack:
        return [json.loads(line) for line in pack.read("messages.jsonl").decode().splitlines()]


def words(export):
    return [one["body"] for one in lines(export)]


def let_out(cast, organization, allows):
    with acting(PLATFORM):
        cast.apollo.participants.filter(organization=organization).update(
            policy={"external_download": allows}
        )


def test_ones_own_words_come_with_the_files_that_were_sent(cast, quiet, direct):
    carried = upload_attachment(actor=cast.nora, channel=quiet, upload=SimpleUploadedFile("a 表.txt", b"abc"))
    post_message(actor=cast.nora, channel=fresh(quiet), body="mine, 我的", attachments=[carried.pk])
    said(direct, cast.nora, "said to one")
    said(quiet, cast.sol, "of Sol")

    export = made(cast.nora)

    mine = lines(export)
    bodies = [one["body"] for one in mine]
    assert {"mine, 我的", "said to one"} <= set(bodies)
    assert {one["author"]["id"] for one in mine} == {str(cast.nora.user_id)}
    assert export.done == len(mine)
    (file,) = [one for row in mine if row["body"] == "mine, 我的" for one in row["files"]]
    with packed(export) as pack:
        assert pack.testzip() is None
        assert pack.read(file["path"]) == b"abc"
        assert json.loads(pack.read("about.json"))["messages"] == export.done
    assert export.files >= 1


def test_without_files_they_are_named(cast, quiet):
    carried = upload_attachment(actor=cast.nora, channel=quiet, upload=SimpleUploadedFile("a.txt", b"abc"))
    post_message(actor=cast.nora, channel=fresh(quiet), body="with", attachments=[carried.pk])

    export = made(cast.nora, quiet, with_files=False)

    assert lines(export)[-1]["files"][0] | {"id": ""} == {
        "id": "", "name": "a.txt", "size": 3, "sha256": carried.digest, "path": None,
    }  # fmt: skip
    assert export.files == 0


def test_a_channel_comes_as_its_manager_reads_it(cast, quiet):
    first, gone = said(quiet, cast.nora, "first", "taken back")
    said(quiet, cast.sol, "of Sol")
    delete_message(actor=cast.nora, message=gone)

    export = made(cast.nora, quiet)

    assert words(export) == ["first", "of Sol"]
    assert (export.done, export.withheld) == (2, 0)
    assert lines(export)[1]["organization"]["name"] == cast.southbay.name
    assert lines(export)[0]["id"] == str(first.pk)


def test_a_poll_comes_with_its_answers_and_how_often_each_was_chosen(cast, quiet):
    asked = open_poll(actor=cast.nora, channel=quiet, question="Which day?", options=["Monday", "星期二"])
    vote(actor=cast.sol, message=asked, choices=[1])
    said(quiet, cast.nora, "no poll")

    export = made(cast.nora, quiet)

    first, second = lines(export)
    assert first["poll"]["options"] == [{"text": "Monday", "count": 0}, {"text": "星期二", "count": 1}]
    assert (first["poll"]["people"], second["poll"]) == (1, None)
    assert str(cast.sol.user.pk) not in json.dumps(first), "who chose what stays where it was asked"
    with packed(export) as pack:
        assert "Monday: 0; 星期二: 1" in pack.read("messages.csv").decode()


def test_a_partners_words_stay_where_it_lets_nothing_out(cast, quiet):
    said(quiet, cast.nora, "of Nora")
    said(quiet, cast.sol, "of Sol")
    let_out(cast, cast.southbay, False)

    export = made(cast.nora, quiet)
    assert words(export) == ["of Nora"]
    assert export.withheld == 1

    theirs = made(cast.sol, quiet)
    assert words(theirs) == ["of Nora", "of Sol"], "its own, it may take"


def test_the_hosts_no_stands_for_the_room(cast, quiet):
    said(quiet, cast.nora, "of Nora")
    said(quiet, cast.sol, "of Sol")
    with acting(PLATFORM):
        cast.apollo.policy = {"external_download": False}
        cast.apollo.save(update_fields=["policy"])

    assert words(made(cast.sol, quiet)) == ["of Sol"]
    assert words(made(cast.nora, quiet)) == ["of Nora", "of Sol"]


def test_newcomers_take_what_they_read(cast, quiet):
    said(quiet, cast.nora, "before")
    with acting(PLATFORM):
        cast.apollo.policy = {"history_for_newcomers": "joined"}
        cast.apollo.save(update_fields=["policy"])
        cast.apollo.members.filter(user=cast.sol.user).update(created_at=timezone.now())
        cast.apollo.participants.filter(organization=cast.southbay).update(since=timezone.now())
    said(quiet, cast.nora, "after")

    assert "before" in words(made(cast.nora, quiet))
    with acting(cast.sol):
        from chat.models import Message

        reads = set(Message.objects.visible_to(cast.sol).filter(channel=quiet).values_list("body", flat=True))
    assert set(words(made(cast.sol, quiet))) == reads


@pytest.mark.parametrize("who", ["nils", "sia", "gale", "otto"])
def test_who_does_not_manage_it_takes_no_channel(cast, quiet, who):
    with pytest.raises(NotAllowed):
        ask_for_export(actor=getattr(cast, who), channel=quiet)


def test_days_bound_it(cast, quiet):
    said(quiet, cast.nora, "today")
    today = timezone.now().date()
    yesterday = today - timedelta(days=1)

    assert words(made(cast.nora, quiet, until=yesterday)) == []
    assert words(made(cast.nora, quiet, since=today, until=today)) == ["today"]
    with pytest.raises(InvalidInput):
        ask_for_export(actor=cast.nora, channel=quiet, since=today, until=yesterday)


def test_cells_are_text(cast, quiet):
    said(quiet, cast.nora, "=1+1", "@SUM(A1)", "-2", "+3", 'plain, "quoted"\nand long')
    with packed(made(cast.nora, quiet)) as pack:
        page = pack.read("messages.csv").decode()
    assert page.startswith("\ufeff")
    table = list(csv.DictReader(io.StringIO(page.removeprefix("\ufeff"))))
    assert [one["text"] for one in table] == ["'=1+1", "'@SUM(A1)", "'-2", "'+3", 'plain, "quoted"\nand long']


def test_what_was_taken_back_since_does_not_leave(cast, quiet):
    (message,) = said(quiet, cast.nora, "soon gone")
    export = made(cast.nora, quiet)
    with acting(cast.nora):
        take_export(actor=cast.nora, export=export)
    delete_message(actor=cast.nora, message=message)

    with acting(cast.nora), pytest.raises(ExportOutdated):
        take_export(actor=cast.nora, export=export)


def test_what_a_partner_no_longer_lets_out_does_not_leave(cast, quiet):
    said(quiet, cast.sol, "of Sol")
    export = made(cast.nora, quiet)
    let_out(cast, cast.southbay, False)

    with acting(cast.nora), pytest.raises(ExportOutdated):
        take_export(actor=cast.nora, export=export)


def test_who_manages_it_no_more_does_not_fetch_it(cast, quiet):
    said(quiet, cast.nora, "x")
    export = made(cast.sol, quiet)
    with acting(PLATFORM):
        cast.apollo.members.filter(user=cast.sol.user).update(role="viewer")

    with acting(cast.sol), pytest.raises(NotAllowed):
        take_export(actor=cast.sol, export=export)


def test_one_is_made_at_a_time_and_a_second_run_leaves_no_file(cast, quiet):
    export = ask_for_export(actor=cast.nora, channel=quiet)
    with pytest.raises(ExportUnderway):
        ask_for_export(actor=cast.nora)
    with acting(PLATFORM):
        make_export(str(export.pk))
        before = default_storage.listdir("exports")[1]
        make_export(str(export.pk))
        assert default_storage.listdir("exports")[1] == before


def test_an_old_proof_is_not_enough(cast, quiet):
    late = Actor.person(cast.nora.user, org=cast.northwind, is_recent=False)
    with pytest.raises(ConfirmationNeeded):
        ask_for_export(actor=late, channel=quiet)


def test_after_a_week_it_is_gone(cast, quiet, page, django_capture_on_commit_callbacks):
    export = made(cast.nora, quiet)
    nora = page("nora")
    where = f"/settings/exports/{export.pk}/content"
    assert nora.get(where).status_code == 200
    with acting(PLATFORM):
        Export.objects.filter(pk=export.pk).update(ready_at=timezone.now() - timedelta(days=8))

    assert nora.get(where).status_code == 302
    with acting(PLATFORM), django_capture_on_commit_callbacks(execute=True):
        make_waiting_exports()
    assert not default_storage.exists(export.stored)


def test_what_was_never_begun_is_begun_later(cast, quiet):
    export = ask_for_export(actor=cast.nora, channel=quiet)
    with acting(PLATFORM):
        Export.objects.filter(pk=export.pk).update(created_at=timezone.now() - timedelta(minutes=3))
        make_waiting_exports()
    assert export.fresh().is_ready


def test_one_that_fails_says_so(cast, quiet, monkeypatch, page):
    monkeypatch.setattr("chat.tasks.Pack.write", lambda self: 1 / 0)
    export = made(cast.nora, quiet)
    assert export.state == Export.State.FAILED
    assert "could not be made" in page("nora").get("/settings/exports/").content.decode()


def test_its_person_alone_sees_and_fetches_it(cast, quiet, page, api):
    export = made(cast.nora, quiet)
    assert page("nora").get(f"/settings/exports/{export.pk}/").status_code == 200
    for other in ("nils", "sol", "otto"):
        assert page(other).get(f"/settings/exports/{export.pk}/content").status_code == 404
        assert api(other).get(f"me/exports/{export.pk}/").status_code == 404
    with rows_for(cast.nils) as ask:
        assert ask("SELECT count(*) FROM chat_export") == [0]


def test_pages_and_programs_ask_wait_and_fetch(cast, quiet, page, api):
    said(quiet, cast.nora, "x")
    nora = page("nora")
    assert f"/channels/{quiet.pk}/exports/" in nora.get(f"/channels/{quiet.pk}/settings/").content.decode()
    assert nora.post(f"/channels/{quiet.pk}/exports/", {"with_files": "on"}).url == "/settings/exports/"
    export = Export.objects.get()
    assert 'hx-trigger="every 2s"' in nora.get("/settings/exports/").content.decode()
    with acting(PLATFORM):
        make_export(str(export.pk))
    assert "hx-trigger" not in nora.get(f"/settings/exports/{export.pk}/").content.decode()
    answer = nora.get(f"/settings/exports/{export.pk}/content")
    assert "no-store" in answer.headers["Cache-Control"]
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).testzip() is None

    asked = api("sol").post(f"/api/v1/channels/{quiet.pk}/exports/", {"files": False}).json()
    with acting(PLATFORM):
        make_export(asked["id"])
    shown = api("sol").get(f"/api/v1/me/exports/{asked['id']}/").json()
    assert (shown["state"], shown["done"], shown["channel"]["name"]) == ("ready", 1, quiet.name)
    assert api("sol").get(f"/api/v1/me/exports/{asked['id']}/content").status_code == 200
    assert api("nils").post(f"/api/v1/channels/{quiet.pk}/exports/").status_code == 403
    assert (
        api("nils").post("/api/v1/me/exports/", {"until": "2020-01-01", "since": "2021-01-01"}).status_code
        == 422
    )
    assert api("nils").post("/api/v1/me/exports/").status_code == 201


def test_the_record_says_who_took_what_along(cast, quiet):
    said(quiet, cast.nora, "x")
    export = made(cast.nora, quiet)
    with acting(cast.nora):
        take_export(actor=cast.nora, export=export)
    with acting(PLATFORM):
        (taken,) = Outbox.objects.filter(name="chat.export_taken")
        assert taken.workspace_id == cast.apollo.pk
        assert taken.payload["messages"] == 1
        assert taken.payload["channel_id"] == str(quiet.pk)
        assert Outbox.objects.filter(name="chat.export_asked").count() == 1
        seal()
        (told,) = Notice.objects.filter(event_name="chat.export_ready")
        assert told.recipient_id == cast.nora.user_id
        assert told.sentence() == f"The export of {quiet.name} is ready"


def test_who_leaves_for_good_leaves_no_export(cast, quiet):
    export = made(cast.nora, quiet)
    with acting(PLATFORM):
        forget_own(actor=PLATFORM, user_id=cast.nora.user_id)
        assert not Export.objects.filter(pk=export.pk).exists()
