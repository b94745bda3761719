"""A word to everybody stands above every page in their language, for as long as it should."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kernel.errors import InvalidInput, NotAllowed
from operating.errors import BannerEnded
from operating.models import Banner
from operating.operations import put_up_banner, take_down_banner

WORDS = {"level": "info", "text_en": "We move tonight.", "text_zh": "今晚迁移。"}


@pytest.fixture
def banner(committed, operator):
    def up(**wishes):
        when = {"starts_at": timezone.now(), "ends_at": None}
        return committed(put_up_banner, actor=operator, **WORDS | when | wishes)

    return up


def test_everybody_reads_it_in_their_language(banner, page):
    banner()
    stranger = Client(HTTP_HOST="localhost")

    assert "We move tonight." in stranger.get("/sign-in/").content.decode()
    assert "今晚迁移。" in stranger.get("/sign-in/", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "We move tonight." in page("nora").get("/").content.decode()


def test_no_page_asks_the_database_for_it(banner, page, django_assert_num_queries):
    stranger = Client(HTTP_HOST="localhost")
    stranger.get("/sign-in/")
    with django_assert_num_queries(0) as before:
        stranger.get("/inactive/")
    banner()
    stranger.get("/sign-in/")

    with django_assert_num_queries(len(before.captured_queries)):
        assert "We move" in stranger.get("/inactive/").content.decode()


@pytest.mark.parametrize(
    ("begins", "ends", "shown"), [(-2, None, True), (-2, 1, True), (1, None, False), (1, 2, False)]
)
def test_it_stands_from_its_beginning_to_its_end(banner, begins, ends, shown):
    now = timezone.now()
    until = now + timedelta(hours=ends) if ends else None
    banner(starts_at=now + timedelta(hours=begins), ends_at=until)

    page = Client(HTTP_HOST="localhost").get("/sign-in/").content.decode()
    assert ("We move" in page) is shown


def test_one_that_informs_may_be_dismissed_and_one_that_warns_may_not(banner):
    info, warning = banner(), banner(level="warning", text_en="Careful.")
    stranger = Client(HTTP_HOST="localhost")
    stranger.cookies["dismissed"] = f"{info.pk.hex}.{warning.pk.hex}"

    page = stranger.get("/sign-in/").content.decode()
    assert "We move" not in page
    assert "Careful." in page


def test_it_is_taken_down_once(banner, operator, committed, recorded):
    one = banner()
    committed(take_down_banner, actor=operator, banner=one)

    assert "We move" not in Client(HTTP_HOST="localhost").get("/sign-in/").content.decode()
    with pytest.raises(BannerEnded):
        take_down_banner(actor=operator, banner=one)
    assert [len(recorded(f"operating.banner_{name}")) for name in ("put_up", "taken_down")] == [1, 1]


def test_it_cannot_end_before_it_begins_and_only_operators_speak(banner, cast):
    with pytest.raises(InvalidInput):
        banner(ends_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(NotAllowed):
        put_up_banner(actor=cast.nora, starts_at=timezone.now(), ends_at=None, **WORDS)


def test_it_is_put_up_at_the_desk(desk, committed):
    said = WORDS | {"starts_at": "", "ends_at": ""}
    committed(lambda: desk.post("/admin/operating/banners/", said))

    one = Banner.objects.get()
    assert one.is_shown
    assert "We move tonight." in desk.get("/admin/operating/").content.decode()
    committed(lambda: desk.post(f"/admin/operating/banners/{one.pk}/ending/"))
    assert not one.fresh().is_shown
    assert desk.post("/admin/operating/banners/", WORDS | {"level": "loud"}).status_code == 422
