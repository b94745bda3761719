"""A browser that is told and its push service in one, for tests: what is sent to it is opened by the letter of the standards."""

import json
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from notifications.vapid import base64url
from tests.kernel.receivers import hear


@dataclass
class Browser:
    """A browser and its push service in one: it keeps the private key, and hears what is sent to it."""

    endpoint: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = b"sixteen octets.."
    status: int = 201
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def talk(self, line: Any) -> None:
        head, _, body = hear(line).partition(b"\r\n\r\n")
        lines = [one.partition(": ") for one in head.decode().split("\r\n")[1:]]
        self.heard.append(({name.lower(): value for name, _, value in lines}, body))
        line.sendall(f"HTTP/1.1 {self.status} So\r\nContent-Length: 0\r\n\r\n".encode())

    @property
    def point(self) -> bytes:
        return point_of(self.key.public_key())

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": base64url(self.point), "auth": base64url(self.secret)}

    def opened(self, body: bytes) -> Any:
        """Return what a message says, opened by the letter of RFC 8291 and 8188, with no code of the sender's."""
        salt, (size, length) = body[:16], struct.unpack("!IB", body[16:21])
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size, "it is one record"
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        )
        secret = derived(self.secret, shared, b"WebPush: info\0" + self.point + theirs, 32)
        key = derived(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = derived(salt, secret, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain.rstrip(b"\0").endswith(b"\2"), "it is the last record"
        return json.loads(plain.rstrip(b"\0")[:-1])


def derived(salt: bytes, secret: bytes, about: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, about).derive(secret)


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
