"""Nothing of what people write, are called or hold as a key is in the log, whichever door they use and however it ends."""

import io
import json
import logging
from uuid import UUID

import pytest

from collab.celery import app
from kernel.acting import Origin, coming_from
from kernel.logs import JsonFormatter
from tests.doors.addresses import addresses
from tests.doors.bodies import BODIES, filled, words_of
from tests.doors.forms import FORMS
from tests.doors.visitors import undone

CANARY = "kanari7f3a"
ADDRESS = f"{CANARY}@fresh.example"
ENOUGH = 50


@pytest.fixture
def log():
    """Everything that would be written, by every logger, from INFO on."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    level, root.level = root.level, logging.INFO
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    root.level = level


def sung(value):
    """Return the same body or form with the canary in every text that is free to be anything."""
    if isinstance(value, dict):
        return {name: sung(one) for name, one in value.items()}
    if isinstance(value, list):
        return [sung(one) for one in value]
    if not isinstance(value, str) or is_an_id(value) or value[:2] == "20" or value.isdigit():
        return value
    return ADDRESS if "@" in value else f"{CANARY} {value}"


def is_an_id(value):
    try:
        return bool(UUID(value))
    except ValueError:
        return False


def lines_of(log):
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_the_api_tells_no_words(log, cast, api, samples):
    nora, words = api("nora"), words_of(cast, samples.ids)
    nora.client.raise_request_exception = False
    for address in addresses():
        for method in address.methods or ():
            path = f"{address.at(samples.of(address))}?q={CANARY}"
            body = sung(filled(BODIES.get((method, address.route.removeprefix("api/v1/")), {}), words))
            with undone():
                nora.client.generic(method, path, json.dumps(body), "application/json", headers=nora.headers)
    secret = nora.headers["Authorization"].split()[-1]

    assert len(lines_of(log)) > ENOUGH, "premise: requests leave lines"
    assert CANARY not in log.getvalue()
    assert secret not in log.getvalue()
    assert cast.nora.user.email not in log.getvalue()
    assert cast.nora.user.name not in log.getvalue()


def test_pages_tell_no_words(log, cast, page, samples):
    nora, words = page("nora"), words_of(cast, samples.ids)
    nora.raise_request_exception = False
    for address in addresses():
        if address.route not in FORMS:
            continue
        with undone():
            nora.force_login(cast.nora.user)
            nora.post(address.at(samples.of(address)), sung(filled(FORMS[address.route], words)))

    assert len(lines_of(log)) > ENOUGH
    assert CANARY not in log.getvalue()
    assert cast.nora.user.email not in log.getvalue()


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("get", f"/{CANARY}/", {}),
        ("get", "/", {"HTTP_HOST": f"{CANARY}.example"}),
        ("get", "/inbox/", {"HTTP_COOKIE": f"session={CANARY}"}),
        ("get", "/api/v1/me/", {"HTTP_AUTHORIZATION": f"Bearer {CANARY}"}),
        ("get", "/", {"HTTP_USER_AGENT": CANARY, "HTTP_REFERER": f"https://{CANARY}.example/"}),
        ("post", "/sign-in/", {"data": {"login": ADDRESS, "password": CANARY}}),
        ("post", "/password/reset/", {"data": {"email": ADDRESS}}),
        ("get", f"/opening/{CANARY}/", {}),
    ],
)
def test_strangers_are_not_quoted(method, path, more, log, page):
    stranger = page()
    stranger.raise_request_exception = False

    getattr(stranger, method)(path, **more)

    assert lines_of(log), "premise: it leaves a line"
    assert CANARY not in log.getvalue()


def test_a_defect_with_words_in_its_hands_does_not_spill_them(log, page, monkeypatch):
    def break_down(request):
        carried = {"letter": CANARY}
        raise ValueError(f"cannot read {carried}")

    client = page("nora")
    client.raise_request_exception = False
    monkeypatch.setattr(
        "django.core.handlers.base.BaseHandler.resolve_request", lambda *_: (break_down, (), {})
    )

    assert client.get("/").status_code == 500
    assert any(line.get("error") == "ValueError" and line["where"] for line in lines_of(log))
    assert CANARY not in log.getvalue()


def test_a_task_that_fails_names_itself_its_request_and_no_words(log):
    @app.task(name="tests.tasks.spill", base=app.Task)
    def spill(words):
        raise ValueError(words)

    with coming_from(Origin(request_id="r-0123456789")), pytest.raises(ValueError, match=CANARY):
        spill.delay(CANARY)
    app.tasks.pop("tests.tasks.spill")

    line = next(line for line in lines_of(log) if line.get("task"))
    assert (line["task"], line["outcome"], line["request_id"]) == (
        "tests.tasks.spill",
        "failed",
        "r-0123456789",
    )
    assert CANARY not in log.getvalue()


def test_the_request_goes_along_into_the_queue():
    from collab.celery import bring_the_request

    headers = {}
    with coming_from(Origin(request_id="r-0123456789")):
        bring_the_request(headers=headers)

    assert headers == {"request_id": "r-0123456789"}
