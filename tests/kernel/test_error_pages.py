"""The pages that say no: every status, both languages, and also when what we lean on is away."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from kernel.doors import PAGES, page_response
from kernel.errors import DomainError, InvalidInput

ROOT = Path(__file__).resolve().parent.parent.parent
NUMBER = "0123456789ab"


def page(status, language="en", **cookies):
    request = RequestFactory().get("/somewhere/")
    request.request_id = NUMBER
    request.COOKIES = cookies
    with translation.override(language):
        return page_response(request, type("Refused", (DomainError,), {"status": status})())


@pytest.mark.parametrize("status", sorted(PAGES))
def test_each_says_in_both_languages_what_is_wrong_and_where_to_go(status):
    english, chinese = (page(status, language).content.decode() for language in ("en", "zh-hans"))

    assert 'lang="en"' in english
    assert 'lang="zh-Hans"' in chinese
    for said in (english, chinese):
        assert f'<span class="code">{status}' in said
        assert said.count("<h1") == 1
        assert 'class="btn" href="' in said
    words = english.partition("<main")[2].partition("<h1>")[2].partition("</h1>")[0]
    assert words not in chinese


@pytest.mark.parametrize("status", sorted(PAGES))
def test_it_can_be_quoted_unless_that_would_tell_the_foreign_from_the_missing(status):
    assert (NUMBER in page(status).content.decode()) == (status != 404)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_keeps_the_look_that_this_browser_chose(theme):
    assert f'class="{theme}"' in page(500, theme=theme).content.decode()
    assert "class=" not in page(500).content.decode().partition("<head")[0]


def test_a_field_that_does_not_fit_is_named():
    answer = page_response(RequestFactory().get("/"), InvalidInput.at("/language", "unknown", "No such one."))

    assert (answer.status_code, "No such one." in answer.content.decode()) == (422, True)


def test_nothing_of_it_is_kept_by_anybody():
    assert page(404).headers["Cache-Control"] == "no-store"


# ── What Django itself would say without words ───────────────────────────────
def test_a_method_that_is_not_there_is_answered_with_a_page_that_names_the_others(world):
    answer = Client(HTTP_HOST="localhost", headers={"accept-language": "zh-CN"}).put("/language/")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert 'lang="zh-Hans"' in answer.content.decode()
    toast = Client(HTTP_HOST="localhost", headers={"hx-request": "true"}).put("/language/")
    assert (toast.status_code, toast.content, "HX-Trigger" in toast.headers) == (405, b"", True)


def test_a_form_without_its_token_hears_which_rule_says_no(world):
    answer = Client(HTTP_HOST="localhost", enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})

    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()
    assert ">csrf<" in answer.content.decode()


def test_a_form_that_is_too_long_is_told_so(world):
    browser = Client(HTTP_HOST="localhost")
    answer = browser.post("/theme/", "theme=" + "a" * 3_000_000, "application/x-www-form-urlencoded")

    assert answer.status_code == 413
    assert '<span class="code">413' in answer.content.decode()


@pytest.mark.parametrize("path", ["/sign-in/", "/nowhere/", "/"])
def test_a_host_that_is_not_ours_is_refused_in_our_look(world, path):
    answer = Client(HTTP_HOST="elsewhere.example", headers={"accept-language": "zh-CN"}).get(path)

    assert answer.status_code == 400
    assert 'lang="zh-Hans"' in answer.content.decode()
    assert "elsewhere" not in answer.content.decode()


# ── Without database and Valkey ──────────────────────────────────────────────
AWAY = """
import json, sys
import django
from django.conf import settings
django.setup()
settings.ROOT_URLCONF = "tests.kernel.sample"
from django.test import Client
browser = Client(HTTP_HOST="localhost", headers={"accept-language": "zh-CN"}, raise_request_exception=False)
said = {}
for path, kind, how in json.loads(sys.argv[1]):
    browser.cookies.clear()
    browser.cookies.load({"session": "a" * 32, **how.get("cookies", {})} if kind == "person" else how.get("cookies", {}))
    answer = browser.get(path, headers=how.get("headers", {}))
    said[path + " " + kind] = [answer.status_code, dict(answer.headers), answer.content.decode()]
print(json.dumps(said))
"""
ASKED = [
    ("/inbox/", "person", {}),
    ("/tests/away/", "person", {"cookies": {"language": "en", "theme": "dark"}}),
    ("/inbox/", "part", {"headers": {"hx-request": "true"}, "cookies": {"session": "a" * 32}}),
    ("/api/v1/me/", "program", {"headers": {"authorization": "Bearer clb_" + "a" * 40}}),
    ("/tests/broken/", "stranger", {}),
    ("/inbox/", "stranger", {}),
    ("/nowhere/", "stranger", {}),
    ("/healthz", "stranger", {}),
]


@pytest.fixture(scope="module")
def away():
    """What the house answers while neither engine does: a process of its own, with nothing at their addresses."""
    dead = {"DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(
        [sys.executable, "-c", AWAY, json.dumps(ASKED)],
        cwd=ROOT,
        env=os.environ | dead | {"DJANGO_SETTINGS_MODULE": "collab.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def test_people_read_that_it_passes_in_their_browsers_language(away):
    status, headers, body = away["/inbox/ person"]

    assert (status, headers["Retry-After"]) == (503, "2")
    assert 'lang="zh-Hans"' in body
    assert '<span class="code">503' in body
    assert headers["X-Request-Id"] in body
    assert "Content-Security-Policy" in headers


def test_the_choice_of_this_browser_is_kept_without_a_database(away):
    _, _, body = away["/tests/away/ person"]

    assert 'lang="en" class="dark"' in body


def test_programs_and_parts_of_pages_hear_it_in_their_way(away):
    status, headers, body = away["/api/v1/me/ program"]
    assert (status, headers["Content-Type"], headers["Retry-After"]) == (503, "application/problem+json", "2")
    assert json.loads(body)["code"] == "unavailable"

    status, headers, body = away["/inbox/ part"]
    assert (status, body, headers["HX-Reswap"]) == (503, "", "none")


def test_what_needs_neither_engine_still_answers(away):
    assert away["/healthz stranger"][0] == 200
    assert away["/inbox/ stranger"][0] == 302
    assert away["/nowhere/ stranger"][0] == 404
    status, _, body = away["/tests/broken/ stranger"]
    assert (status, '<span class="code">500' in body) == (500, True)
