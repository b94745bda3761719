from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.pictures import redrawn
from kernel.errors import InvalidInput


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    store = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": store}


def upload(size=(600, 400), format="PNG", mode="RGB", **extra):
    drawn = BytesIO()
    Image.new(mode, size, "teal" if mode != "1" else 1).save(drawn, format, **extra)
    return SimpleUploadedFile("me.png", drawn.getvalue())


def give(browser, picture, on_commit):
    with on_commit(execute=True):
        return browser.post("/settings/picture/", {"avatar": picture}, follow=True)


def test_a_picture_is_redrawn_small_and_square(browser, nora, django_capture_on_commit_callbacks):
    exif = Image.Exif()
    exif[0x010E] = "taken at 31.23, 121.47"
    give(browser, upload(format="JPEG", exif=exif), django_capture_on_commit_callbacks)

    nora = nora.fresh()
    answer = browser.get(nora.avatar_url)
    shown = Image.open(BytesIO(answer.content))

    assert (shown.format, shown.size) == ("WEBP", (256, 256))
    assert not shown.getexif()
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["Content-Type"] == "image/webp"
    assert browser.get("/api/v1/me/").json()["avatar"].endswith(nora.avatar_url)


def test_a_new_picture_replaces_the_old_file(browser, nora, django_capture_on_commit_callbacks):
    give(browser, upload(), django_capture_on_commit_callbacks)
    first = nora.fresh()
    give(browser, upload(mode="RGBA"), django_capture_on_commit_callbacks)

    assert not default_storage.exists(first.avatar.name)
    assert browser.get(first.avatar_url).status_code == 404
    assert browser.get(nora.fresh().avatar_url).status_code == 200


def test_a_picture_can_be_removed(browser, nora, django_capture_on_commit_callbacks):
    give(browser, upload(), django_capture_on_commit_callbacks)
    kept = nora.fresh().avatar.name

    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/settings/picture/removal/")

    assert nora.fresh().avatar_url == ""
    assert not default_storage.exists(kept)


def test_strangers_see_no_portraits(browser, stranger, nora, django_capture_on_commit_callbacks):
    give(browser, upload(), django_capture_on_commit_callbacks)

    assert stranger.get(nora.fresh().avatar_url).status_code == 302


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
        upload().read()[:80],
        b"GIF89a" + b"\xff" * 40,
    ],
)
def test_what_is_no_picture_changes_nothing(browser, nora, odd, django_capture_on_commit_callbacks):
    page = give(browser, SimpleUploadedFile("me.png", odd), django_capture_on_commit_callbacks)

    assert page.status_code == 200
    assert nora.fresh().avatar_url == ""


def test_a_bomb_is_refused_before_it_unfolds():
    with pytest.raises(InvalidInput) as refused:
        redrawn(upload(size=(9000, 9000), mode="1"))

    assert refused.value.errors[0]["code"] == "too_many_pixels"


def test_a_heavy_file_is_refused_unread():
    heavy = SimpleUploadedFile("me.png", b"x")
    heavy.size = 9 * 1024 * 1024

    with pytest.raises(InvalidInput):
        redrawn(heavy)
