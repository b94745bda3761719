"""Log lines: which request, never what people wrote or were sent."""

import io
import json
import logging

import pytest
from django.test import Client

from kernel.acting import Origin, coming_from
from kernel.logs import JsonFormatter


@pytest.fixture
def lines():
    """What the platform would have written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    loggers = [logging.getLogger("django.request"), logging.getLogger("collab.tests")]
    for one in loggers:
        one.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    for one in loggers:
        one.removeHandler(handler)


def test_a_refused_request_is_named_by_its_route_and_id(lines, world):
    answer = Client(HTTP_HOST="localhost").get("/invitations/a-secret-of-somebody/?q=private")

    (line,) = lines()
    assert (answer.status_code, line["event"]) == (404, "404 GET invitations/<slug:token>/")
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "secret" not in json.dumps(line)


def test_an_address_that_does_not_exist_is_not_repeated(lines, world):
    Client(HTTP_HOST="localhost").get("/a-secret/somewhere/")

    assert [line["event"] for line in lines()] == ["404 GET no such address"]


def test_a_defect_keeps_its_frames_and_not_its_words(lines):
    with coming_from(Origin(request_id="r-12345678")):
        try:
            raise ValueError("what somebody typed")
        except ValueError:
            logging.getLogger("collab.tests").exception("a task failed")

    (line,) = lines()
    assert (line["event"], line["error"], line["request_id"]) == ("a task failed", "ValueError", "r-12345678")
    assert "test_logs.py" in line["where"][-1]
    assert "typed" not in json.dumps(line)
