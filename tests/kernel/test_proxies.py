"""Who really asks: what a trusted proxy says is believed, what anybody else says is not."""

from ipaddress import ip_network
from itertools import count

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.identity import recognize_scope
from accounts.models.brakes import PACES
from collab.settings import networks
from kernel.acting import origin
from kernel.middleware import DoorMiddleware
from kernel.proxies import client_of

PROXY, OTHER, CLIENT, STRANGER = "10.0.0.1", "2001:db8::1", "203.0.113.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def trusted(settings):
    settings.TRUSTED_PROXIES = networks(["10.0.0.0/8", "2001:db8::1"])


@pytest.fixture
def arrived(rf: RequestFactory):
    """Return how a request from ``peer`` looks to whoever answers it."""

    def ask(peer, **headers):
        seen = {}

        def answer(request):
            seen.update(
                address=origin().address,
                meta=request.META["REMOTE_ADDR"],
                secure=request.is_secure(),
                trace=request.META.get("HTTP_TRACEPARENT"),
            )
            return HttpResponse()

        DoorMiddleware(answer)(rf.get("/healthz", headers=headers, REMOTE_ADDR=peer))
        return seen

    return ask


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        (PROXY, CLIENT, CLIENT),
        (PROXY, f"{STRANGER}, {CLIENT}", CLIENT),
        (PROXY, f"{STRANGER}, {CLIENT}, {OTHER}, 10.9.9.9", CLIENT),
        (OTHER, " 2001:db8::7 ", "2001:db8::7"),
        (PROXY, f"{CLIENT}:50312", CLIENT),
        (PROXY, "[2001:db8::7]:50312", "2001:db8::7"),
        ("::ffff:10.0.0.1", f"::ffff:{CLIENT}", CLIENT),
        (PROXY, "10.0.0.2, 10.0.0.3", "10.0.0.2"),
        (PROXY, "", PROXY),
        (PROXY, "unknown", PROXY),
        (PROXY, f"{STRANGER}, nonsense, {CLIENT}", CLIENT),
        (PROXY, f"{STRANGER}, nonsense, 10.9.9.9", "10.9.9.9"),
        (STRANGER, CLIENT, STRANGER),
        (STRANGER, f"{CLIENT}, {PROXY}", STRANGER),
        ("", CLIENT, ""),
    ],
)
def test_the_client_is_the_last_one_whom_a_trusted_proxy_names(peer, forwarded, client):
    assert client_of(peer, forwarded) == client


def test_everybody_reads_the_same_address(arrived):
    behind = arrived(PROXY, x_forwarded_for=f"{STRANGER}, {CLIENT}")
    beside = arrived(STRANGER, x_forwarded_for=CLIENT)

    assert behind["address"] == behind["meta"] == CLIENT
    assert beside["address"] == beside["meta"] == STRANGER


def test_only_a_trusted_proxy_says_that_the_way_was_secure(arrived, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert arrived(PROXY, x_forwarded_proto="https")["secure"]
    assert not arrived(PROXY, x_forwarded_proto="http")["secure"]
    assert not arrived(STRANGER, x_forwarded_proto="https")["secure"]


def test_only_a_trusted_proxy_puts_a_request_into_a_trace_of_its_own(arrived):
    assert arrived(PROXY, traceparent="00-1-2-01")["trace"] == "00-1-2-01"
    assert arrived(STRANGER, traceparent="00-1-2-01")["trace"] is None


def test_nobody_is_trusted_unless_somebody_says_so(arrived, settings):
    settings.TRUSTED_PROXIES = networks([])

    assert arrived("127.0.0.1", x_forwarded_for=CLIENT)["address"] == "127.0.0.1"


def test_tries_to_sign_in_are_counted_where_they_come_from(page):
    """Behind one proxy many people try; one of them who tries too often shuts out nobody else."""
    stranger, numbers = page(), count()

    def tried(client, peer):
        words = {"login": f"nobody{next(numbers)}@noplace.example", "password": "a guess"}
        answer = stranger.post("/sign-in/", words, REMOTE_ADDR=peer, headers={"X-Forwarded-For": client})
        return answer.status_code

    assert [tried(CLIENT, PROXY) for _ in range(PACES["sign_in.network"].free + 2)][-1] == 429

    assert tried(CLIENT, OTHER) == 429
    assert tried(STRANGER, PROXY) == 200
    assert tried(CLIENT, STRANGER) == 200


def test_a_socket_behind_a_proxy_comes_from_where_the_proxy_says(monkeypatch, settings):
    asked = []
    monkeypatch.setattr("accounts.identity.recognize", lambda *_said, at_home: asked.append(at_home))
    settings.TRUSTED_PROXIES = networks(["127.0.0.1"])

    for headers in ([], [(b"x-forwarded-for", CLIENT.encode())]):
        recognize_scope({"headers": [(b"host", b"localhost"), *headers], "client": ("127.0.0.1", 1)})

    assert asked == [True, False]


def test_an_address_or_a_network_is_trusted_and_a_typing_error_stops_the_start():
    assert networks(["10.0.0.1", "10.1.2.3/8", " ::1 "]) == [
        ip_network("10.0.0.1/32"),
        ip_network("10.0.0.0/8"),
        ip_network("::1/128"),
    ]
    with pytest.raises(ValueError, match="nonsense"):
        networks(["nonsense"])
