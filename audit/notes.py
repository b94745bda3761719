"""Checkpoints as signed notes: a few lines of text, an empty one, and a line for each who signed.

::

    collab.example.com/workspace/0198c0de-…     whose record
    4210                                        entries
    q0yc…=                                      root of the tree over them, base64
    2026-11-27T09:07:00Z                        when

    — collab.example.com Zq3l…                  who, and base64 of 4 bytes of key id and the Ed25519 signature

The format is that of C2SP ``signed-note`` and ``tlog-checkpoint``, so that tools which know it read ours.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"  # in signed-note's list of algorithms
ENDORSES = "collab.record.key/1"  # what a key says of the one that follows it
_LINE = re.compile(r"— (?P<name>[^\s+]+) (?P<said>[A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True)
class Signature:
    name: str
    public: bytes
    signature: bytes

    def line(self) -> str:
        return f"— {self.name} {b64encode(key_id(self.name, self.public) + self.signature).decode()}"


def key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier(name: str, public: bytes) -> str:
    """Return a public key as signed-note writes it: ``name+id+base64``."""
    return f"{name}+{key_id(name, public).hex()}+{b64encode(ED25519 + public).decode()}"


def text(origin: str, size: int, root: bytes, at: datetime) -> str:
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{origin}\n{size}\n{b64encode(root).decode()}\n{moment}\n"


def signed(said: str, signatures: list[Signature]) -> str:
    return f"{said}\n{''.join(one.line() + chr(10) for one in signatures)}"


def endorsement(name: str, public: bytes) -> bytes:
    """Return what a key signs when another takes its place."""
    return f"{ENDORSES}\n{verifier(name, public)}\n".encode()


def signature_in(line: str, name: str, public: bytes) -> bytes | None:
    """Return the signature that ``line`` carries, if it is one of this key's."""
    found = _LINE.fullmatch(line.strip())
    try:
        said = b64decode(found["said"], validate=True) if found else b""
    except ValueError:
        return None
    if found is None or found["name"] != name or said[:4] != key_id(name, public) or len(said) != 68:
        return None
    return said[4:]


def holds(public: bytes, signature: bytes, said: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def new_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()
