"""What browsers report of the content security policy: written down, and nothing of people with it."""

import json
import logging

import pytest
from django.test import Client

from collab.reports import MOST_BYTES

OLD, NEW = "application/csp-report", "application/reports+json"
SECRET = "a-secret-of-somebody"
PAGE = f"http://localhost/invitations/{SECRET}/?q={SECRET}#{SECRET}"
BY_URI = {
    "csp-report": {
        "document-uri": PAGE,
        "effective-directive": "script-src-elem",
        "blocked-uri": f"https://user:{SECRET}@elsewhere.example/{SECRET}.js?{SECRET}",
        "script-sample": SECRET,
    }
}
INLINE = {
    "type": "csp-violation",
    "url": PAGE,
    "user_agent": SECRET,
    "body": {
        "documentURL": PAGE,
        "effectiveDirective": "style-src",
        "blockedURL": "inline",
        "sample": SECRET,
    },
}
WHERE = "invitations/<slug:token>/"


@pytest.fixture
def report(world, caplog):
    """Return ``report(body, kind)``: the status a stranger's browser hears, and what was written down."""
    caplog.set_level(logging.WARNING, "collab.reports")

    def sent(body, kind):
        caplog.clear()
        text = body if isinstance(body, bytes) else json.dumps(body)
        browser = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
        answer = browser.post("/csp-reports/", text, content_type=kind)
        lines = [one.facts["stopped"] for one in caplog.records if one.name == "collab.reports"]
        return answer.status_code, lines

    return sent


def test_both_ways_of_telling_are_understood(report):
    status, (line,) = report(BY_URI, OLD)
    assert status == 204
    assert line == [
        {"directive": "script-src-elem", "blocked": "https://elsewhere.example", "page": WHERE, "count": 1}
    ]

    status, (line,) = report([INLINE, INLINE, {"type": "deprecation", "body": {}}], NEW)
    assert status == 204
    assert line == [{"directive": "style-src", "blocked": "inline", "page": WHERE, "count": 2}]


def test_nothing_of_people_is_written_down(report, caplog):
    for body, kind in ((BY_URI, OLD), ([INLINE], NEW)):
        assert report(body, kind)[1], "premise: something is written"
        assert SECRET not in caplog.text + repr([vars(one) for one in caplog.records])


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", OLD, 400),
        (b"\xff", NEW, 400),
        (b"[" * 4000, NEW, 400),
        (b" " * (MOST_BYTES + 1), NEW, 413),
        (BY_URI, "application/json", 415),
        (b"", "text/plain", 415),
        ([], NEW, 204),
        ("a text", NEW, 204),
        ([1, {"type": "csp-violation", "body": 2}], NEW, 204),
        ({"csp-report": None}, OLD, 204),
    ],
)
def test_what_is_no_report_leaves_no_line(report, body, kind, status):
    assert report(body, kind) == (status, [])


def test_words_that_no_browser_would_say_are_not_repeated(report):
    odd = {"effective-directive": "\x00; DROP", "blocked-uri": "http://[", "document-uri": ["x"]}

    _, (line,) = report({"csp-report": odd}, OLD)

    assert line == [{"directive": "other", "blocked": "other", "page": "no such address", "count": 1}]
