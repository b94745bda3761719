"""Log lines: which request, never what people wrote or were sent."""

import io
import json
import logging

import pytest
from django.test import Client

from kernel.acting import Origin, coming_from
from kernel.logs import JsonFormatter, TextFormatter


@pytest.fixture
def lines():
    """What the platform would have written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_a_refused_request_is_named_by_its_route_and_id(lines, world):
    answer = Client(HTTP_HOST="localhost").get("/invitations/a-secret-of-somebody/?q=private")

    (line,) = lines()
    assert (answer.status_code, line["status"]) == (404, 404)
    assert (line["event"], line["method"], line["route"]) == ("answered", "GET", "invitations/<slug:token>/")
    assert (line["level"], line["ms"] > 0) == ("info", True)
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "secret" not in json.dumps(line)


def test_an_address_that_does_not_exist_is_not_repeated(lines, world):
    Client(HTTP_HOST="localhost").get("/a-secret/somewhere/")

    assert [line["route"] for line in lines()] == ["no such address"]


def test_a_request_is_told_with_the_ids_of_person_and_organization(lines, cast, page):
    page("nora").get("/inbox/")

    (line,) = lines()
    assert (line["user_id"], line["org_id"]) == (str(cast.nora.user_id), str(cast.northwind.pk))
    assert (line["route"], line["status"]) == ("inbox/", 200)


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


def told(name, words, *args, **extra):
    args = args[0] if args and isinstance(args[0], dict) else args  # as logging itself takes them
    return logging.makeLogRecord({"name": name, "msg": words, "args": args, "levelname": "ERROR", **extra})


@pytest.mark.parametrize(
    ("words", "args", "kept"),
    [
        ("Task %(name)s[%(id)s]: %(exc)s", ({"name": "t", "id": "i", "exc": "a@b.example"},), "Task …[…]: …"),
        (
            "%s after %d tries: %r",
            ("a@b.example", 3, ValueError("a@b.example")),
            "… after 3 tries: 'ValueError'",
        ),
        ("Task was destroyed\nfuture: <Task a@b.example>", (), "Task was destroyed"),
        ("100 % of nothing", ("a@b.example",), "100 % of nothing"),
    ],
)
def test_a_line_of_a_library_keeps_its_pattern_and_no_words(words, args, kept):
    line = json.loads(JsonFormatter().format(told("celery.app.trace", words, *args)))

    assert line["event"] == kept


def test_text_says_the_same_for_people():
    said = TextFormatter().format(
        told("collab.tasks", "task ended", facts={"task": "audit.tasks.seal", "outcome": "done"})
    )

    assert said.endswith("error collab.tasks task ended via=tests task=audit.tasks.seal outcome=done")
