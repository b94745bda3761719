"""The one way out: a request, or a stream of bytes, to an address that somebody else has chosen, which may be a trap.

It speaks https, looks a name up once, and connects to what it has looked at and to nothing else: addresses inside our own
networks, and those that lead there by a detour, are refused. It follows no redirect, takes no proxy from the environment,
keeps no cookie, sends no credentials, and is done after five seconds, whatever the other side does.
"""

import asyncio
import re
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

import certifi
import httpcore
from django.conf import settings
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy as _

from kernel.errors import Sentence

SECONDS = 5.0  # in all: looking up, connecting, shaking hands, sending and reading
HANG_UP_SECONDS = 1.0
MOST_BYTES = 64 * 1024  # that are read of an answer
LONGEST_URL = 500
PORTS = {"https": 443, "http": 80}
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")

# What IANA gives out for use among strangers, less what is set apart in it or leads elsewhere by a detour. Said here, not
# asked of ``ipaddress``: its idea of what is global differs between patch releases of Python.
CLOSED = [
    ip_network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "2001::/23",  # Teredo, ORCHID, benchmarks
        "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
]  # fmt: skip
OPEN_IPV6 = ip_network(
    "2000::/3"
)  # neither mapped nor translated (64:ff9b::/96) IPv4, link-local, unique local, multicast


class Unreachable(Exception):
    """There was no answer. ``code`` is stable, ``sentence`` for people; neither quotes what the other side said."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def sentence(self) -> Sentence:
        return SENTENCES[self.code]


class AddressRefused(Unreachable):
    """We do not even try."""


SENTENCES: dict[str, Sentence] = {
    "not_an_address": _("This is no address that can be called."),
    "needs_https": _("The address has to begin with https://."),
    "holds_credentials": _("Leave out the name and password in the address."),
    "address_closed": _("This address leads into a private network, where we call nobody."),
    "no_such_host": _("There is no host of that name."),
    "no_connection": _("The host does not take the connection."),
    "no_tls": _("The host does not prove by its certificate that it is the one."),
    "too_slow": _("The host took too long."),
    "not_http": _("What the host said is not HTTP."),
}


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes  # what was read of it
    is_cut: bool  # there was more than we read
    seconds: float

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


def send(
    url: str,
    *,
    method: str = "POST",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    most_bytes: int = MOST_BYTES,
) -> Answer:
    """Ask an address that may be anybody's, and return what it said; a redirect is an answer like others.

    Raises:
        AddressRefused: it is none that we call.
        Unreachable: no answer within five seconds, or none that is one.
    """
    where = checked(url)
    began = time.monotonic()
    try:
        status, said, is_cut = asyncio.run(
            _exchange(where, method, body, {"User-Agent": "Collab", **(headers or {})}, most_bytes)
        )
    except TimeoutError:
        raise Unreachable("too_slow") from None
    except ssl.SSLError:
        raise Unreachable("no_tls") from None
    except httpcore.ConnectError as error:
        raise Unreachable("no_tls" if _is_of_tls(error) else "no_connection") from None
    except httpcore.ProtocolError:
        raise Unreachable("not_http") from None
    except (httpcore.NetworkError, OSError):
        raise Unreachable("no_connection") from None
    return Answer(status, said, is_cut, time.monotonic() - began)


def pour(where: str, said: bytes) -> None:
    """Hand bytes to ``host:port`` over TLS and hang up; that the other side hung up too says that it has read them.

    Who does not within a second has got them all the same: its machine has taken them.

    Raises:
        AddressRefused: it is none that we call.
        Unreachable: it took them not, or not all.
    """
    parts = checked(f"https://{where}/")
    try:
        asyncio.run(_pour(parts, said))
    except TimeoutError:
        raise Unreachable("too_slow") from None
    except ssl.SSLError:
        raise Unreachable("no_tls") from None
    except OSError:
        raise Unreachable("no_connection") from None


async def _pour(where: SplitResult, said: bytes) -> None:
    async with asyncio.timeout(SECONDS):
        line = await _open_line(_host(where), _port(where))
        line.write(said)
        await line.drain()
        line.close()
        try:
            await line.wait_closed()
        except TimeoutError:
            return  # of hanging up alone: asyncio's own limit, ours is cancelled


async def _open_line(host: str, port: int) -> asyncio.StreamWriter:
    """Connect to the first address of a host that answers, all of them looked at."""
    failure: OSError = ConnectionError()
    for address in await _addresses(host, port, is_encrypted=True):
        try:
            return (
                await asyncio.open_connection(
                    str(address),
                    port,
                    ssl=_trust(),
                    server_hostname=host,
                    ssl_shutdown_timeout=HANG_UP_SECONDS,
                )
            )[1]
        except ssl.SSLError:
            raise
        except OSError as error:
            failure = error
    raise failure


def _is_of_tls(error: BaseException | None) -> bool:
    """Tell whether a handshake stands behind what went wrong, however often it was wrapped."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error is not None


def checked(url: str) -> SplitResult:
    """Return an address in its parts, if it is one that we would call; its name is looked up later.

    Raises:
        AddressRefused: the code says why.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        raise AddressRefused("not_an_address") from None
    if _UNSAFE.search(url) or len(url) > LONGEST_URL or not host or port == 0:
        raise AddressRefused("not_an_address")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("holds_credentials")
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.OUTGOING_TO_LOOPBACK):
        raise AddressRefused("needs_https")
    _check_literal(parts)
    return parts


def _check_literal(parts: SplitResult) -> None:
    """Refuse a closed address that stands there as numbers, in whatever way they are written; asks nobody."""
    try:
        found = socket.getaddrinfo(_host(parts), None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except OSError:
        return  # a name
    for one in found:
        _check_open(ip_address(one[4][0]), is_encrypted=parts.scheme == "https")


def check_reachable(url: str) -> None:
    """Look up where an address leads today, so that whoever enters it hears at once that nobody is called there.

    Raises:
        AddressRefused: it leads into a closed network.
        Unreachable: nobody knows the name.
    """
    parts = checked(url)
    try:
        asyncio.run(_look_up(parts))
    except TimeoutError:
        raise Unreachable("too_slow") from None


async def _look_up(parts: SplitResult) -> None:
    async with asyncio.timeout(SECONDS):
        await _addresses(_host(parts), _port(parts), is_encrypted=parts.scheme == "https")


async def _exchange(
    where: SplitResult, method: str, body: bytes, headers: Mapping[str, str], most_bytes: int
) -> tuple[int, bytes, bool]:
    is_encrypted = where.scheme == "https"
    target = iri_to_uri((where.path or "/") + (f"?{where.query}" if where.query else ""))
    url = httpcore.URL(
        scheme=where.scheme.encode(),
        host=_host(where).encode(),
        port=where.port,
        target=target.encode(),
    )
    ways = _CheckedWays(is_encrypted=is_encrypted)
    async with (
        asyncio.timeout(SECONDS),
        httpcore.AsyncConnectionPool(
            ssl_context=_trust() if is_encrypted else None, network_backend=ways
        ) as pool,
        pool.stream(
            method, url, headers=[*headers.items(), ("Connection", "close")], content=body
        ) as response,
    ):
        said = b""
        async for part in response.aiter_stream():
            said += part
            if len(said) > most_bytes:
                return response.status, said[:most_bytes], True
        return response.status, said, False


class _CheckedWays(httpcore.AsyncNetworkBackend):
    """Connects to addresses that were looked at; the name stands in the handshake and in ``Host`` all the same."""

    def __init__(self, *, is_encrypted: bool) -> None:
        self._tcp = httpcore.AnyIOBackend()
        self._is_encrypted = is_encrypted

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = httpcore.ConnectError()
        for address in await _addresses(host, port, is_encrypted=self._is_encrypted):
            try:
                return await self._tcp.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, OSError) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


# Looking up cannot be interrupted; a thread of ours may go on with it while the request is long over.
_resolvers = ThreadPoolExecutor(8, "resolver")


async def _addresses(host: str, port: int, *, is_encrypted: bool) -> list[IPv4Address | IPv6Address]:
    """Look a name up, once, and return all of its addresses; one closed among them closes the name."""
    ask = asyncio.get_running_loop().run_in_executor
    try:
        found = await ask(_resolvers, socket.getaddrinfo, host, port, socket.AF_UNSPEC, socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise Unreachable("no_such_host") from None
    addresses = list(dict.fromkeys(ip_address(one[4][0]) for one in found))
    for one in addresses:
        _check_open(one, is_encrypted=is_encrypted)
    return addresses


def _check_open(address: IPv4Address | IPv6Address, *, is_encrypted: bool) -> None:
    if settings.OUTGOING_TO_LOOPBACK and address.is_loopback:
        return
    if not is_open(address):
        raise AddressRefused("address_closed")
    if not is_encrypted:
        raise AddressRefused("needs_https")


def is_open(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the public Internet, and no way round to another."""
    if address.version == 6 and address not in OPEN_IPV6:
        return False
    return not any(address in net for net in CLOSED if net.version == address.version)


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    return host if host.isascii() else host.encode("idna").decode()


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


@cache
def _trust() -> ssl.SSLContext:
    """Return whose certificates are believed: the well-known authorities', and those that the machine names."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context
