"""The private half of the platform's keys: one file each in ``DATA_DIR/record_keys``, readable by its owner only.

It is kept out of the database, so that who can write there still cannot sign.
"""

import os
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from audit import notes
from audit.errors import KeyLost
from audit.models import SigningKey


class Half(Protocol):
    """A public half whose private one is kept here."""

    pk: Any
    public: Any


def keep(key: Half, private: Ed25519PrivateKey) -> None:
    """Write the private half down, before anything is signed with it."""
    file = file_of(key)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        kept.write(written)
        kept.flush()
        os.fsync(kept.fileno())


def sign(key: Half, said: bytes) -> bytes:
    """Return the signature of ``key`` under ``said``.

    Raises:
        KeyLost: as ``private_half``.
    """
    return private_half(key).sign(said)


def private_half(key: Half) -> Ed25519PrivateKey:
    """Return the other half of ``key``, for who signs often.

    Raises:
        KeyLost: the file is gone, or holds another key.
    """
    try:
        private = load_pem_private_key(file_of(key).read_bytes(), None)
    except (OSError, ValueError):
        raise KeyLost from None
    if not isinstance(private, Ed25519PrivateKey) or private.public_key().public_bytes_raw() != bytes(
        key.public
    ):
        raise KeyLost
    return private


def forget(key: Half) -> None:
    """Remove the private half of a key that signs no more."""
    file_of(key).unlink(missing_ok=True)


def endorse(before: SigningKey, key: SigningKey) -> bytes | None:
    """Return ``key`` signed with the one before it; None where that was lost, and partners must be told otherwise."""
    try:
        return sign(before, notes.endorsement(key.name, bytes(key.public)))
    except KeyLost:
        return None


def file_of(key: Half) -> Path:
    return Path(settings.DATA_DIR) / "record_keys" / f"{key.pk}.pem"
