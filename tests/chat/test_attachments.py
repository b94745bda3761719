"""Files: brought, sent with a message, taken along; by those who read the channel, and by nobody else."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from chat.errors import AlreadySent
from chat.models import Attachment, Message
from chat.operations import delete_message, drop_attachment, post_message, upload_attachment
from chat.tasks import forget_files
from kernel.errors import InvalidInput
from tests.chat.conftest import rows_for
from workspaces.models import Member


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    return tmp_path


def picture(side=40, form="PNG"):
    drawn = BytesIO()
    Image.new("RGB", (side, side // 2), "teal").save(drawn, form)
    return drawn.getvalue()


def brought(actor, channel, name="plan.txt", said=b"Thursday.", **more):
    return upload_attachment(actor=actor, channel=channel, upload=SimpleUploadedFile(name, said), **more)


def sent(actor, channel, *files, body=""):
    return post_message(actor=actor, channel=channel, body=body, attachments=[one.pk for one in files])


def left_in(folder):
    return [one for one in folder.rglob("*") if one.is_file()]


def send_by_api(api, channel, name, said, **more):
    file = SimpleUploadedFile(name, said)
    where = f"/api/v1/channels/{channel.pk}/attachments/"
    return api.client.post(where, {"file": file, **more}, headers=api.headers)


# ── Bringing and sending ─────────────────────────────────────────────────────
def test_a_file_goes_with_a_message_and_comes_out_as_it_was(cast, api, page):
    sol = api("sol")
    answer = send_by_api(sol, cast.general, "计划 2.txt", "星期四".encode())
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    posted = sol.post(f"channels/{cast.general.pk}/messages/", {"body": "", "attachments": [told["id"]]})

    assert posted.status_code == 201, posted.json()
    assert [one["name"] for one in posted.json()["attachments"]] == ["计划 2.txt"]
    taken = page("nora").get(f"/attachments/{told['id']}/")
    assert b"".join(taken.streaming_content).decode() == "星期四"
    assert taken.headers["Content-Type"] == "application/octet-stream"
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert taken.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    by_token = api("nils").get(f"attachments/{told['id']}/content")
    assert b"".join(by_token.streaming_content).decode() == "星期四"


def test_before_it_is_sent_only_its_bringer_knows_of_it(cast, api):
    file = brought(cast.sol, cast.general)

    assert api("sol").get(f"attachments/{file.pk}/").status_code == 200
    assert api("nora").get(f"attachments/{file.pk}/").status_code == 404
    with rows_for(cast.nora) as ask:
        assert ask("SELECT id FROM chat_attachment") == []
    with rows_for(cast.sol) as ask:
        assert ask("SELECT id FROM chat_attachment") == [file.pk]


def test_who_does_not_read_the_channel_never_gets_the_file(cast, api, tooling):
    message = sent(cast.nora, tooling, brought(cast.nora, tooling, "secret.png", picture()))
    file = message.attachments.get()

    for path in (f"/attachments/{file.pk}/", f"/attachments/{file.pk}/preview/"):
        assert api("sol").client.get(path).status_code in (302, 401), "a token opens no page"
    assert api("eve").get(f"attachments/{file.pk}/content").status_code == 404
    with rows_for(cast.eve) as ask:
        assert ask("SELECT id FROM chat_attachment") == []


def test_nobody_sends_what_somebody_else_brought_nor_twice_nor_elsewhere(cast, quiet):
    theirs, mine = brought(cast.sol, cast.general), brought(cast.nora, cast.general)
    elsewhere = brought(cast.nora, quiet)
    sent(cast.nora, cast.general, mine)

    for one in (theirs, mine, elsewhere):
        with pytest.raises(InvalidInput):
            sent(cast.nora, cast.general, one, body="Here.")
    with pytest.raises(InvalidInput):
        post_message(actor=cast.nora, channel=cast.general, body="x", attachments=[uuid4()])


def test_who_only_reads_brings_nothing(cast, api):
    Member.objects.filter(workspace=cast.apollo, user=cast.sol.user_id).update(role=Member.Role.VIEWER)

    answer = send_by_api(api("sol"), cast.general, "a.txt", b"a")

    assert answer.status_code == 403
    assert not Attachment.objects.exists()


def test_a_repeated_key_with_other_files_is_no_repetition(cast, api):
    one, other = brought(cast.sol, cast.general), brought(cast.sol, cast.general)
    where, key = f"channels/{cast.general.pk}/messages/", str(uuid4())

    def post(file):
        return api("sol").post(
            where, {"body": "x", "attachments": [str(file.pk)]}, **{"Idempotency-Key": key}
        )

    first, again, otherwise = post(one), post(one), post(other)

    assert first.json()["id"] == again.json()["id"]
    assert (otherwise.status_code, otherwise.json()["code"]) == (422, "idempotency_key_reused")


# ── What it is ───────────────────────────────────────────────────────────────
def test_a_picture_is_drawn_anew_without_what_hid_in_it(cast, page):
    hidden = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (3000, 1000), "teal").save(hidden, "JPEG", exif=exif)
    file = brought(cast.sol, cast.general, "photo.jpg", hidden.getvalue())
    sent(cast.sol, cast.general, file)

    shown = page("nora").get(f"/attachments/{file.pk}/preview/")

    drawn = b"".join(shown.streaming_content)
    assert (file.width, file.height) == (1280, 427)
    assert shown.headers["Content-Type"] == "image/webp"
    assert b"taken at home" in hidden.getvalue(), "premise"
    assert b"taken at home" not in drawn


@pytest.mark.parametrize(
    ("name", "said", "kind"),
    [
        ("a.html", b"<script>alert(1)</script>", "text/plain"),
        ("a.svg", b"<svg onload='alert(1)'/>", "text/plain"),
        ("voice.mp3", b"ID3 and more", "audio/mpeg"),
        ("voice.mp3", b"<script>alert(1)</script>", "application/octet-stream"),
        ("film.webm", b"\x1aE\xdf\xa3 and more", "video/webm"),
        ("plan.pdf", b"%PDF-1.7", "application/pdf"),
        ("what", b"?", "application/octet-stream"),
    ],
)
def test_name_and_first_bytes_say_what_it_is_never_the_sender(cast, name, said, kind):
    upload = SimpleUploadedFile(name, said, content_type="text/html")

    assert upload_attachment(actor=cast.sol, channel=cast.general, upload=upload).content_type == kind


@pytest.mark.parametrize(
    ("name", "said", "code"),
    [
        ("empty.txt", b"", "empty"),
        ("no.png", b"<html>", "no_picture"),
        ("long.bin", b"x" * 2000, "too_large"),
        ("\u202e\u200b..", b"x", "no_name"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_leaves_nothing(cast, api, settings, storage, name, said, code):
    settings.ATTACHMENT_BYTES = 1000
    with pytest.raises(InvalidInput) as refused:
        brought(cast.sol, cast.general, name, said)

    assert refused.value.errors[0]["code"] == code
    assert left_in(storage) == []


def test_names_hide_nothing_and_lead_nowhere(cast):
    file = brought(cast.sol, cast.general, "..\\..\\etc/in\u202evoice\u200b.pdf.exe")

    assert file.name == "invoice.pdf.exe"
    assert ".." not in file.stored


def test_sound_is_played_by_parts(cast, page):
    file = brought(cast.sol, cast.general, "voice.webm", b"\x1aE\xdf\xa3" + bytes(range(200)), seconds=3)
    text = brought(cast.sol, cast.general)
    sent(cast.sol, cast.general, file, text)
    nora, where = page("nora"), f"/attachments/{file.pk}/sound/"

    part = nora.get(where, headers={"range": "bytes=4-13"})
    rest = nora.get(where, headers={"range": "bytes=200-"})

    assert (part.status_code, part.content) == (206, bytes(range(10)))
    assert part.headers["Content-Range"] == "bytes 4-13/204"
    assert rest.content == bytes(range(196, 200))
    assert b"".join(nora.get(where).streaming_content)[:4] == b"\x1aE\xdf\xa3"
    assert nora.get(f"/attachments/{text.pk}/sound/").status_code == 404


# ── Going away ───────────────────────────────────────────────────────────────
def test_with_the_message_its_files_go(cast, quiet, storage, django_capture_on_commit_callbacks):
    message = sent(cast.nils, quiet, brought(cast.nils, quiet, "a.png", picture()), body="Look")
    assert len(left_in(storage)) == 2, "premise: the file and its preview"

    with django_capture_on_commit_callbacks(execute=True):
        delete_message(actor=cast.nora, message=message)  # what its author deletes stays for a moment

    assert left_in(storage) == []
    assert Message.objects.get(pk=message.pk).attached == []
    assert not Attachment.objects.exists()


def test_what_was_not_sent_is_taken_back_by_its_bringer_alone(
    cast, api, storage, django_capture_on_commit_callbacks
):
    mine, gone = brought(cast.sol, cast.general), brought(cast.sol, cast.general)
    sent(cast.sol, cast.general, mine)

    with django_capture_on_commit_callbacks(execute=True):
        assert (
            api("sol")
            .client.delete(f"/api/v1/attachments/{gone.pk}/", headers=api("sol").headers)
            .status_code
            == 204
        )
    with pytest.raises(AlreadySent):
        drop_attachment(actor=cast.sol, attachment=mine)
    with pytest.raises(AlreadySent):
        drop_attachment(actor=cast.nora, attachment=mine)
    assert len(left_in(storage)) == 1


def test_what_was_never_sent_goes_after_a_day(cast, storage, django_capture_on_commit_callbacks):
    old, new = brought(cast.sol, cast.general), brought(cast.sol, cast.general)
    sent_one = brought(cast.sol, cast.general)
    sent(cast.sol, cast.general, sent_one)
    long_ago = timezone.now() - timedelta(hours=25)
    Attachment.objects.filter(pk__in=[old.pk, sent_one.pk]).update(created_at=long_ago)

    with django_capture_on_commit_callbacks(execute=True):
        forget_files()

    assert set(Attachment.objects.values_list("pk", flat=True)) == {new.pk, sent_one.pk}
    assert not default_storage.exists(old.stored)
    assert default_storage.exists(new.stored)


# ── The record, and the page ─────────────────────────────────────────────────
def test_taking_a_file_along_is_on_record_for_the_room(cast, page, recorded):
    file = brought(cast.sol, cast.general, "plan.pdf", b"%PDF")
    sent(cast.sol, cast.general, file)

    page("nora").get(f"/attachments/{file.pk}/")

    (fact,) = recorded("chat.attachment_taken")
    assert (fact.actor_id, fact.workspace_id, fact.payload["file_name"]) == (
        cast.nora.user_id,
        cast.apollo.pk,
        "plan.pdf",
    )


def test_the_page_shows_pictures_sound_and_files(cast, page):
    nora = page("nora")
    files = [
        brought(cast.sol, cast.general, "a.png", picture()),
        brought(cast.sol, cast.general, "voice.webm", b"\x1aE\xdf\xa3", seconds=65),
        brought(cast.sol, cast.general, "<b>plan.pdf", b"%PDF"),
    ]
    sent(cast.sol, cast.general, *files, body="Three.")
    shown = nora.get(f"/channels/{cast.general.pk}/").content.decode()

    assert f'src="/attachments/{files[0].pk}/preview/"' in shown
    assert f'src="/attachments/{files[1].pk}/sound/"' in shown
    assert "1:05" in shown
    assert "&lt;b&gt;plan.pdf" in shown
