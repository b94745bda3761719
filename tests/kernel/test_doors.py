"""How a refusal is said: to programs, to people, and to a page that only wanted a part."""

import json

import pytest
from django.test import Client

from kernel.doors import PAGES, problem
from kernel.errors import DomainError, InvalidInput, NotAllowed, NotVisible, TooMany
from kernel.nouns import uuid7

pytestmark = pytest.mark.urls("tests.kernel.sample")
WORDS = {
    "en": {404: "There is nothing here for you", 409: "not possible now", 429: "Too much at once"},
    "zh-hans": {404: "这里没有", 409: "现在", 429: "操作"},
}


def stranger(language="en"):
    return Client(HTTP_HOST="localhost", headers={"accept-language": language})


def test_a_problem_holds_neither_path_nor_request():
    assert problem(NotVisible()) == {
        "type": "urn:collab:not_found",
        "title": "There is nothing here for you.",
        "status": 404,
        "code": "not_found",
        "errors": [],
    }
    assert problem(NotAllowed("orgs.change"))["rule"] == "orgs.change"
    assert "rule" not in problem(NotAllowed())
    assert problem(InvalidInput.at("/a", "b", "c"))["errors"] == [
        {"pointer": "/a", "code": "b", "detail": "c"}
    ]


def test_foreign_and_missing_are_the_same_bytes_whatever_the_door(api, page, cast):
    otto, browser = api("otto"), page("otto")
    for where in ("channels/{}/", "workspaces/{}/"):
        there = (cast.general if "channels" in where else cast.apollo).pk
        assert otto.get(where.format(there)).content == otto.get(where.format(uuid7())).content
        pages = [browser.get("/" + where.format(key)) for key in (there, uuid7())]
        assert {one.status_code for one in pages} == {404}
        assert str(there) not in pages[0].content.decode()


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize(("kind", "status"), [("taken", 409), ("many", 429), ("away", 503)])
def test_people_read_a_page_in_their_language(page, cast, language, kind, status):
    cast.nora.user.language = language
    cast.nora.user.save(update_fields=["language"])
    answer = page("nora").get(f"/tests/{kind}/")

    assert answer.status_code == status
    assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in answer.content.decode()
    assert WORDS[language].get(status, "") in answer.content.decode()
    assert ("Retry-After" in answer.headers) == (status in (429, 503))


@pytest.mark.parametrize("language", WORDS)
def test_a_page_that_broke_has_the_same_look_and_says_nothing_of_why(page, cast, language):
    cast.nora.user.language = language
    cast.nora.user.save(update_fields=["language"])
    nora = page("nora")
    nora.raise_request_exception = False
    answer = nora.get("/tests/broken/")

    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.content.decode()
    assert "<h1" in answer.content.decode()
    assert "X-Request-Id" in answer.headers


def test_a_stranger_reads_it_in_the_browsers_language():
    assert WORDS["en"][404] in stranger().get("/opening/nothing/").content.decode()
    assert WORDS["zh-hans"][404] in stranger("zh-CN").get("/opening/nothing/").content.decode()


@pytest.mark.parametrize("language", WORDS)
def test_a_part_of_a_page_is_answered_with_a_toast_and_leaves_the_page_as_it_is(page, cast, language):
    cast.nora.user.language = language
    cast.nora.user.save(update_fields=["language"])
    answer = page("nora").get("/tests/many/", headers={"hx-request": "true"})

    assert (answer.status_code, answer.content) == (429, b"")
    assert answer.headers["HX-Reswap"] == "none"
    assert answer.headers["HX-Trigger"].isascii()
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert toast["tone"] == "bad"
    assert WORDS[language][429] in toast["text"]


def test_every_kind_of_refusal_has_its_page():
    kinds = [DomainError, *_below(DomainError)]

    assert {kind.status for kind in kinds} <= PAGES
    assert all(kind.code.replace("_", "").isalnum() for kind in kinds)


def _below(kind):
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_to_wait_is_said_in_seconds():
    assert TooMany(retry_after=60).retry_after == 60


# ── The front step ───────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("given", "kept"), [("abcdefgh-1.2_3", True), ("short", False), ("a b c d e f g", False)]
)
def test_a_request_keeps_the_id_it_came_with_if_it_is_one(given, kept):
    answer = stranger().get("/healthz", headers={"x-request-id": given})

    assert (answer.headers["X-Request-Id"] == given) == kept
    assert len(answer.headers["X-Request-Id"]) >= 8


def test_an_address_with_a_nul_is_refused_before_anybody_looks(api):
    for path in ("/api/v1/orgs/?q=%00", "/api/v1/orgs/%00/"):
        assert api("nora").get(path).json()["code"] == "malformed"
    assert stranger().get("/inbox/?q=a%00").status_code == 400
