"""What a collector of traces hears from the real processes: who caused what, and nobody's words, address or key."""

import http.cookiejar
import json
import logging
import os
import re
import socket
import sys
import threading
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from collab import processes, supervisor, tracing
from collab.otlp import Otlp
from collab.releases import ROOT
from kernel import spans
from kernel.actor import Actor
from kernel.errors import NotAllowed
from kernel.operations import operation

PATIENCE = 30  # seconds, for what must arrive
CANARY = "kanari7f3a"
OUTSIDE = "4bf92f3577b34da6a3ce929d0e0e4736"  # a trace that begins at the operator's own proxy


class Collector:
    """An OTLP receiver: keeps what arrives as it came, and as spans."""

    def __init__(self):
        self.raw, self.spans, self.news = [], [], threading.Condition()
        collector = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self):
                collector.take(self.path, self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *words): ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, path, body):
        assert path == "/v1/traces"
        read = ExportTraceServiceRequest.FromString(body)
        with self.news:
            self.raw.append(body)
            self.spans += [one for r in read.resource_spans for s in r.scope_spans for one in s.spans]
            self.news.notify_all()

    def heard(self, name, **facts):
        """Return the first span of that name whose facts are these, once it is there."""
        with self.news:
            assert self.news.wait_for(lambda: self._found(name, facts), PATIENCE), (
                f"no {name} among {sorted({one.name for one in self.spans})}"
            )
            return self._found(name, facts)

    def _found(self, name, facts):
        return next(
            (one for one in self.spans if one.name == name and facts.items() <= told(one).items()), None
        )


def told(span):
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


@pytest.fixture
def collector(monkeypatch):
    collector = Collector()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")  # ms
    yield collector
    collector.server.shutdown()


# ── The real processes ───────────────────────────────────────────────────────
@pytest.fixture
def platform(transactional_db, collector, tmp_path):
    """A web process and a worker on this test's database, their proxy on this machine."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "collab.settings", "TRUSTED_PROXIES": "127.0.0.1"}
    started = []
    for name, command in (("web", processes.web("127.0.0.1", port)), ("worker", processes.worker(1))):
        with (tmp_path / f"{name}.log").open("wb") as log:
            started.append(supervisor.start(command, env=env, cwd=ROOT, log=log))
    wait_for_port(port)
    yield SimpleNamespace(address=f"http://localhost:{port}", logs=tmp_path)
    for child in started:
        supervisor.end(child)


def wait_for_port(port):
    def answers():
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", port)) == 0

    give_up = threading.Event()
    while not answers():
        assert not give_up.wait(0.1)


@pytest.fixture
def ask(platform):
    """Return how a client with cookies asks the web process; it hears status and text."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def ask(path, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            with opener.open(urllib.request.Request(platform.address + path, body, named)) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, ""

    return ask


def test_a_post_and_a_letter_are_followed_through_the_processes_and_nobody_is_named(
    cast, ask, collector, platform
):
    token, nora = cast.token("nora"), cast.nora.user
    body = json.dumps({"body": f"{CANARY} said in confidence"}).encode()

    status, _ = ask(
        f"/api/v1/channels/{cast.general.pk}/messages/",
        body,
        Authorization=f"Bearer {token}",
        Content_Type="application/json",
        X_Request_Id="r-0123456789",
        traceparent=f"00-{OUTSIDE}-00f067aa0ba902b7-01",
    )
    assert status == 201
    assert ask(f"/invitations/{CANARY}/?q={CANARY}")[0] == 404
    form = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', ask("/password/reset/")[1])[1]
    reset = urllib.parse.urlencode({"csrfmiddlewaretoken": form, "email": nora.email}).encode()
    assert ask("/password/reset/", reset)[0] == 200

    posted = collector.heard("POST api/v1/channels/<uuid:channel_id>/messages/")
    assert told(posted) == {
        "http.request.method": "POST",
        "http.route": "api/v1/channels/<uuid:channel_id>/messages/",
        "http.response.status_code": 201,
        "collab.request_id": "r-0123456789",
    }
    assert posted.trace_id.hex() == OUTSIDE
    verb = collector.heard("chat._post")
    assert (verb.trace_id, verb.parent_span_id) == (posted.trace_id, posted.span_id)

    asked_for = collector.heard("POST password/reset/")
    letter = collector.heard("accounts.tasks.send")
    assert letter.kind == Span.SPAN_KIND_CONSUMER
    assert (letter.trace_id, letter.parent_span_id) == (asked_for.trace_id, asked_for.span_id)
    assert told(letter)["collab.request_id"] == told(asked_for)["collab.request_id"]

    collector.heard("GET invitations/<slug:token>/")
    collector.heard("audit.tasks.seal")
    everything = b"".join(collector.raw)
    for word in (CANARY, token, nora.email, nora.name, "127.0.0.1", str(nora.pk)):
        assert word.encode() not in everything


# ── How spans end ────────────────────────────────────────────────────────────
@pytest.fixture
def traced(collector):
    """This process traces too; what it says leaves with ``flush``."""
    tracer = Otlp()
    spans.trace_with(tracer)
    yield tracer.provider.force_flush
    spans.trace_with(spans.Nothing())
    tracer.provider.shutdown()


@operation
def break_down(*, actor, error):
    raise error


def test_what_fails_is_told_by_its_class_and_what_is_refused_by_its_code(db, traced, collector):
    for error in (ValueError(CANARY), NotAllowed(CANARY)):
        with pytest.raises(type(error)):
            break_down(actor=Actor.system("tests"), error=error)
    traced()

    failed = collector.heard("tests.break_down", **{"error.type": "ValueError"})
    refused = collector.heard("tests.break_down", **{"collab.refused": "not_allowed"})
    assert failed.status.code == Status.STATUS_CODE_ERROR
    assert refused.status.code == Status.STATUS_CODE_UNSET
    assert CANARY.encode() not in b"".join(collector.raw)


def test_a_defect_is_a_failed_request(page, traced, collector, monkeypatch):
    def break_down(request):
        raise ValueError(CANARY)

    client = page("nora")
    client.raise_request_exception = False
    monkeypatch.setattr(
        "django.core.handlers.base.BaseHandler.resolve_request", lambda *_: (break_down, (), {})
    )
    assert client.generic("KANARI", f"/{CANARY}/").status_code == 500
    traced()

    request = collector.heard("_OTHER")
    assert told(request) | {"collab.request_id": ""} == {
        "http.request.method": "_OTHER",
        "http.response.status_code": 500,
        "collab.request_id": "",
        "error.type": "500",
    }
    assert CANARY.encode() not in b"".join(collector.raw)


# ── Whether at all ───────────────────────────────────────────────────────────
def test_nothing_is_traced_where_nobody_is_named_to_take_it(monkeypatch):
    for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)

    tracing.start()

    assert isinstance(spans._tracer, spans.Nothing)
    assert spans.carry() == ""


def test_without_the_extra_the_platform_says_so_once_and_runs_on(monkeypatch, caplog, collector):
    for name in [one for one in sys.modules if one.startswith("opentelemetry")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "collab.otlp")

    with caplog.at_level(logging.WARNING):
        tracing.start()

    (line,) = caplog.records
    assert "the extra `otel`" in line.getMessage()
    assert isinstance(spans._tracer, spans.Nothing)
    with spans.span("anything", spans.Kind.TASK) as here:
        here.tell({"and": "all"})
