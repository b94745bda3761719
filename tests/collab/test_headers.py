"""The headers that every answer carries, whatever kind of answer it is."""

import asyncio
import runpy
from pathlib import Path

import pytest

from collab.requests import Requests

pytestmark = pytest.mark.urls("tests.kernel.sample")  # the house, and a page that breaks
SETTINGS = Path(__file__).parent.parent.parent / "collab" / "settings.py"
A_YEAR = 365 * 24 * 3600
PAGE = "default-src 'none'"
# Who asks for what, and the status that it is answered with.
ANSWERS = {
    "a page before the door": (None, "/sign-in/", 200),
    "a page": ("nora", "/", 200),
    "a resource": ("token", "/api/v1/me/", 200),
    "a file": (None, "/static/favicon.svg", 200),
    "a probe": (None, "/healthz", 200),
    "the way to sign in": (None, "/inbox/", 302),
    "no address": ("nora", "/nowhere/", 404),
    "no address of the API": ("nora", "/api/v1/nowhere/", 404),
    "a problem": (None, "/api/v1/me/", 401),
    "a method that is not there": (None, "/csp-reports/", 405),
    "refused on the front step": (None, "/inbox/?q=%00", 400),
    "not now": ("nora", "/tests/taken/", 409),
    "too many": ("nora", "/tests/many/", 429),
    "a defect": ("nora", "/tests/broken/", 500),
    "an unknown host": ("elsewhere", "/sign-in/", 400),
}
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Reporting-Endpoints": 'csp="/csp-reports/"',
}
POLICY = {
    "default-src 'none'", "style-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
    "form-action 'self'", "report-to csp", "report-uri /csp-reports/",
}  # fmt: skip


@pytest.fixture
def answer(page, api):
    """Return how what ``ANSWERS`` names is answered, over http or https."""

    def to(what, **how):
        who, path, status = ANSWERS[what]
        client = api("nora").client if who == "token" else page(who if who == "nora" else None)
        headers = api("nora").headers if who == "token" else {}
        client.raise_request_exception = False
        host = {"HTTP_HOST": "elsewhere.example"} if who == "elsewhere" else {}
        given = client.get(path, headers=headers, **host, **how)
        assert given.status_code == status, "premise"
        return given

    return to


@pytest.mark.parametrize("what", ANSWERS)
def test_no_answer_leaves_without_them(answer, what):
    headers = answer(what).headers
    policy = set(headers["Content-Security-Policy"].split("; "))

    assert {name: headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert policy >= POLICY
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert {"camera=()", "geolocation=()", "payment=()", "microphone=(self)"} <= set(
        headers["Permissions-Policy"].split(", ")
    )
    assert "X-Request-Id" in headers
    assert "Access-Control-Allow-Origin" not in headers
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("what", ANSWERS)
def test_where_the_house_is_known_by_https_every_answer_over_it_says_so(settings, answer, what):
    settings.SECURE_HSTS_SECONDS = A_YEAR

    assert answer(what, secure=True).headers["Strict-Transport-Security"] == f"max-age={A_YEAR}"
    assert "Strict-Transport-Security" not in answer(what).headers


@pytest.mark.parametrize(
    ("url", "wish", "seconds", "subdomains"),
    [
        ("http://collab.example", "1", None, None),
        ("https://collab.example", "", A_YEAR, False),
        ("https://collab.example", "1", A_YEAR, True),
    ],
)
def test_https_is_insisted_on_only_where_people_type_it(monkeypatch, url, wish, seconds, subdomains):
    monkeypatch.setenv("PUBLIC_URL", url)
    if wish:
        monkeypatch.setenv("HSTS_INCLUDE_SUBDOMAINS", wish)
    said = runpy.run_path(str(SETTINGS))

    assert said.get("SECURE_HSTS_SECONDS") == seconds
    assert said.get("SECURE_HSTS_INCLUDE_SUBDOMAINS") == subdomains
    assert said["SESSION_COOKIE_SECURE"] == said["CSRF_COOKIE_SECURE"] == (seconds is not None)
    assert said["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["upgrade-insecure-requests"] == (seconds is not None)


def test_what_no_text_is_asked_with_is_refused_with_the_same_headers(world):
    """No client of Django's can ask this; a server passes it on as it came."""
    sent = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/inbox/",
        "query_string": b"q=\xff\xfe",
        "headers": [(b"host", b"localhost")],
        "scheme": "http",
    }

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        sent.append(message)

    asyncio.run(Requests()(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}

    assert sent[0]["status"] == 400
    assert {name: headers.get(name.lower()) for name in EVERYWHERE} == EVERYWHERE
    assert b"<h1" in sent[1]["body"]
