"""Hosts to call, on real sockets of this machine: what they say is up to the test."""

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Talk = Callable[[socket.socket], None]


def says(answer: bytes) -> Talk:
    """Return a host that hears one request and gives this answer."""

    def talk(line: socket.socket) -> None:
        hear(line)
        line.sendall(answer)

    return talk


def hear(line: socket.socket) -> bytes:
    """Return a request, body and all."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += line.recv(65536) or b"\r\n\r\n"
    head, _, body = heard.partition(b"\r\n\r\n")
    lengths = [one for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:")]
    expected = int(lengths[0].partition(b":")[2]) if lengths else 0
    while len(body) < expected and (more := line.recv(65536)):
        body += more
    return head + b"\r\n\r\n" + body


@contextmanager
def listening(
    talk: Talk, *, address: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> Iterator[tuple[int, list[str]]]:
    """Yield the port of a host, and whom it has met: an address for each connection that it took."""
    met: list[str] = []
    over = Event()
    with socket.create_server((address, port)) as door:
        door.settimeout(0.05)

        def serve() -> None:
            while not over.is_set():
                try:
                    line, peer = door.accept()
                except OSError:
                    continue
                met.append(peer[0])
                Thread(target=answer, args=(line,), daemon=True).start()

        def answer(line: socket.socket) -> None:
            try:
                line.settimeout(20)
                with tls.wrap_socket(line, server_side=True) if tls else line as open_line:
                    talk(open_line)
            except OSError:
                return

        keeper = Thread(target=serve)
        keeper.start()
        try:
            yield door.getsockname()[1], met
        finally:
            over.set()
            keeper.join()


def certify(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """Return what a host of that name shows, and the file of the authority that vouches for it."""
    now = datetime.datetime.now(datetime.UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    try:
        known_as: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        known_as = x509.DNSName(name)
    shown = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([known_as]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / f"{name}.pem", folder / f"{name}.key"
    chain.write_bytes(shown.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    return context, chain
