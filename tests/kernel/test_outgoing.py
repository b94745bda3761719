"""The way out: whom we call, whom never, and what the other side cannot do to us. Real sockets on both ends."""

import socket
import time

import pytest

from kernel import outgoing
from kernel.outgoing import AddressRefused, Unreachable, check_reachable, is_open, send
from tests.kernel.receivers import certify, hear, listening, says

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def loopback(settings):
    """This machine may be called, as when one tries things out."""
    settings.OUTGOING_TO_LOOPBACK = True


@pytest.fixture
def names(monkeypatch):
    """Names by hand: each time one is asked for, it has the next of its addresses; returns what was asked."""
    asked, known, look_up = [], {}, socket.getaddrinfo

    def answer(host, port, *rest, **more):
        if host not in known or more.get("flags") == socket.AI_NUMERICHOST:
            return look_up(host, port, *rest, **more)
        asked.append(host)
        addresses = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [found for one in addresses for found in look_up(one, port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    known["asked"] = asked
    return known


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.8.8.8", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
        "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1",
        "100::1", "2001::1", "2001:0:53aa:64c::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::",
        "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_for_strangers_is_closed(address):
    assert not is_open(outgoing.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001::1"])
def test_a_public_address_is_open(address):
    assert is_open(outgoing.ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "169.254.169.254", "[fe80::1]", "10.0.0.1", "100.64.0.1",
    ],
)  # fmt: skip
def test_however_it_is_written_a_closed_address_is_never_connected_to(host):
    with listening(says(OK)) as (port, met):
        with pytest.raises(AddressRefused) as refusal:
            send(f"https://{host}:{port}/")
        with pytest.raises(AddressRefused):
            check_reachable(f"https://{host}:{port}/")

    assert refusal.value.code == "address_closed"
    assert not met


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/", "needs_https"),
        ("ftp://example.com/", "needs_https"),
        ("file:///etc/passwd", "not_an_address"),
        ("gopher://127.0.0.1:6379/_FLUSHALL", "needs_https"),
        ("//example.com/", "needs_https"),
        ("https://", "not_an_address"),
        ("https://user:secret@example.com/", "holds_credentials"),
        ("https://example.com@127.0.0.1/", "holds_credentials"),
        ("https://example.com\\@127.0.0.1/", "not_an_address"),
        ("https://example.com/\r\nHost: inside", "not_an_address"),
        ("https://exam ple.com/", "not_an_address"),
        ("https://example.com:99999/", "not_an_address"),
        ("https://example.com:0/", "not_an_address"),
        ("https://a..b/", "not_an_address"),
        ("https://[::1/", "not_an_address"),
        ("https://example.com/" + "x" * 500, "not_an_address"),
    ],
)
def test_what_is_no_address_for_us_is_refused_before_anything_is_looked_up(url, code, names):
    names["example.com"] = [["127.0.0.1"]]

    with pytest.raises(AddressRefused) as refusal:
        send(url)

    assert refusal.value.code == code
    assert str(refusal.value.sentence)
    assert not names["asked"]


def test_one_closed_address_among_several_closes_the_name(names):
    names["mixed.example"] = [["93.184.215.14", "127.0.0.1"]]

    with listening(says(OK)) as (port, met), pytest.raises(AddressRefused):
        send(f"https://mixed.example:{port}/")

    assert not met


def test_a_name_is_looked_up_once_and_what_was_looked_at_is_connected_to(names, loopback):
    """The trick of a name that points elsewhere a moment later finds no second look."""
    names["rebinding.example"] = [["127.0.0.1"], ["127.0.0.2"]]
    with (
        listening(says(OK.replace(b"ok", b"1!"))) as (port, first),
        listening(says(OK.replace(b"ok", b"2!")), address="127.0.0.2", port=port) as (_same, second),
    ):
        answer = send(f"http://rebinding.example:{port}/")

    assert (answer.body, names["asked"]) == (b"1!", ["rebinding.example"])
    assert (len(first), second) == (1, [])


def test_a_name_that_was_public_when_it_was_entered_is_looked_at_again_when_it_is_called(names):
    names["turncoat.example"] = [["93.184.215.14"], ["127.0.0.1"]]
    with listening(says(OK)) as (port, met):
        check_reachable(f"https://turncoat.example:{port}/")
        with pytest.raises(AddressRefused):
            send(f"https://turncoat.example:{port}/")

    assert not met


def test_the_name_goes_into_the_handshake_and_the_request_though_an_address_is_connected_to(
    tmp_path, monkeypatch, names, loopback
):
    heard = []
    tls, authority = certify(tmp_path, "hooks.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    outgoing._trust.cache_clear()
    names["hooks.example"] = [["127.0.0.1"]]
    names["other.example"] = [["127.0.0.1"]]

    def talk(line):
        heard.append(hear(line))
        line.sendall(OK)

    try:
        with listening(talk, tls=tls) as (port, _met):
            answer = send(f"https://hooks.example:{port}/in?für=1", body=b'{"a":1}', headers={"X-One": "1"})
            with pytest.raises(Unreachable) as refusal:
                send(f"https://other.example:{port}/")
    finally:
        outgoing._trust.cache_clear()

    assert (answer.status, answer.body, answer.is_cut) == (200, b"ok", False)
    head, _, body = heard[0].partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    assert lines[0] == b"post /in?f%c3%bcr=1 http/1.1"
    assert f"host: hooks.example:{port}".encode() in lines
    assert body == b'{"a":1}'
    assert not any(line.startswith((b"cookie", b"authorization")) for line in lines)
    assert (refusal.value.code, len(heard)) == ("no_tls", 1)


def test_a_certificate_of_nobody_we_believe_is_refused(tmp_path, names, loopback):
    tls, _authority = certify(tmp_path, "hooks.example")
    names["hooks.example"] = [["127.0.0.1"]]

    with listening(says(OK), tls=tls) as (port, _met), pytest.raises(Unreachable) as refusal:
        send(f"https://hooks.example:{port}/")

    assert refusal.value.code == "no_tls"


def test_a_redirect_is_an_answer_and_leads_nowhere(loopback):
    with listening(says(OK)) as (inside, met):
        answer = f"HTTP/1.1 307 Away\r\nLocation: http://127.0.0.1:{inside}/\r\nContent-Length: 0\r\n\r\n"
        with listening(says(answer.encode())) as (port, _met):
            said = send(f"http://127.0.0.1:{port}/")

    assert (said.status, said.is_good, met) == (307, False, [])


def test_proxies_of_the_environment_are_passed_by(monkeypatch, loopback):
    with listening(says(OK.replace(b"ok", b"no"))) as (proxy, met), listening(says(OK)) as (port, _met):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy}")
        assert send(f"http://127.0.0.1:{port}/").body == b"ok"

    assert not met


def drip(line, text, pause=0.05):
    """Say one letter after the other, for as long as somebody listens."""
    for letter in text:
        line.sendall(bytes([letter]))
        time.sleep(pause)


@pytest.mark.parametrize(
    "begin",
    [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"],
    ids=["the status", "the headers", "the body"],
)
def test_who_speaks_a_letter_at_a_time_is_left_when_the_time_is_over(monkeypatch, loopback, begin):
    """Each letter comes in time; only the whole does not."""
    monkeypatch.setattr(outgoing, "SECONDS", 0.6)

    def talk(line):
        hear(line)
        line.sendall(begin)
        drip(line, b"X-Slow: " + b"x" * 900)

    with listening(talk) as (port, _met), pytest.raises(Unreachable) as refusal:
        send(f"http://127.0.0.1:{port}/")

    assert refusal.value.code == "too_slow"


def test_who_never_shakes_hands_is_left_when_the_time_is_over(monkeypatch, loopback):
    monkeypatch.setattr(outgoing, "SECONDS", 0.6)

    with (
        listening(lambda line: drip(line, b"\x16\x03\x03\x40\x00" + b"\0" * 900)) as (port, _met),
        pytest.raises(Unreachable) as refusal,
    ):
        send(f"https://localhost:{port}/")

    assert refusal.value.code == "too_slow"


def test_of_an_endless_answer_64_KiB_are_read(loopback):
    sent = []

    def talk(line):
        hear(line)
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(4000):
            line.sendall(b"x" * 65536)
            sent.append(65536)

    with listening(talk) as (port, _met):
        answer = send(f"http://127.0.0.1:{port}/")

    assert (len(answer.body), answer.is_cut, answer.status) == (64 * 1024, True, 200)
    assert len(sent) < 4000, "the host could not get rid of it"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not_http"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 300_000, "not_http"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", "not_http"),
        (b"", "not_http"),
    ],
)
def test_what_is_not_http_is_said_to_be_so(loopback, answer, code):
    with listening(says(answer)) as (port, _met), pytest.raises(Unreachable) as refusal:
        send(f"http://127.0.0.1:{port}/")

    assert refusal.value.code == code


def test_nobody_listening_and_a_name_nobody_knows(loopback, names, monkeypatch):
    with listening(says(OK)) as (port, _met):
        pass
    with pytest.raises(Unreachable) as refusal:
        send(f"http://127.0.0.1:{port}/")
    assert refusal.value.code == "no_connection"

    def unknown(*asked, **more):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable) as refusal:
        send("https://nobody.invalid/")
    assert refusal.value.code == "no_such_host"


def test_plain_http_goes_to_this_machine_alone(names, loopback):
    names["far.example"] = [["93.184.215.14"]]

    with pytest.raises(AddressRefused) as refusal:
        send("http://far.example/")

    assert refusal.value.code == "needs_https"
