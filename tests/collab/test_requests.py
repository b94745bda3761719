"""The handler between the server and Django, asked as a server asks it."""

import asyncio
import json
from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from collab.requests import Gone, Requests


def asked(
    requests: Requests, *parts: bytes, path: str = "/healthz", method: str = "GET", **headers: str
) -> Any:
    """Return status, headers and body of one request whose body comes in ``parts``."""
    raw = [
        (name.replace("_", "-").encode(), value.encode())
        for name, value in {"host": "localhost", **headers}.items()
    ]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": raw,
             "client": ("127.0.0.1", 50000), "scheme": "http"}  # fmt: skip
    arriving = [{"type": "http.request", "body": one, "more_body": True} for one in parts]
    arriving.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return arriving.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(requests(scope, receive, send))
    return sent[0]["status"], sent[0]["headers"], b"".join(one.get("body", b"") for one in sent[1:])


@pytest.fixture
def requests(settings) -> Requests:
    settings.MAX_REQUEST_BYTES = 1000
    return Requests()


@pytest.fixture
def answering(requests, monkeypatch):
    """Let a function of the test stand where Django's middleware and views do."""

    def with_(view):
        monkeypatch.setattr(requests.handler, "get_response", view)
        return requests

    return with_


def test_it_answers_as_django_does(requests):
    status, headers, body = asked(requests)

    assert (status, json.loads(body)) == (200, {"status": "ok"})
    assert b"x-request-id" in dict(headers)


def test_a_body_in_parts_is_read_whole(answering):
    requests = answering(lambda request: HttpResponse(request.body))

    assert asked(requests, b"one ", b"two", method="POST")[2] == b"one two"


def test_each_cookie_has_a_header_of_its_own(answering):
    def view(request):
        response = HttpResponse()
        response.set_cookie("one", "1")
        response.set_cookie("two", "2")
        return response

    headers = asked(answering(view))[1]

    assert [value[:5] for name, value in headers if name == b"set-cookie"] == [b"one=1", b"two=2"]


def test_a_stream_arrives_in_order_and_is_closed(answering):
    closed = []

    def view(request):
        response = StreamingHttpResponse(iter([b"a", b"b", b"c"]))
        response._resource_closers.append(lambda: closed.append(True))
        return response

    assert asked(answering(view))[2] == b"abc"
    assert closed == [True]


@pytest.mark.parametrize("said", [{}, {"content_length": "5000"}])
def test_too_large_a_body_is_refused_after_the_stranger(requests, db, said):
    big = [b"x" * 500] * 10

    page = asked(requests, *big, path="/sign-in/", method="POST", **said)
    program = asked(requests, *big, path="/api/v1/orgs/", method="POST", **said)

    assert page[0] == 413
    assert program[0] == 401


def test_who_leaves_before_the_end_is_not_answered(requests):
    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(Gone):
        asyncio.run(requests._body(gone))


def test_a_query_that_is_no_text_is_a_bad_request(requests):
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"\xff\xfe",
        "headers": [],
        "scheme": "http",
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(requests(scope, receive, send))
    assert sent[0]["status"] == 400
