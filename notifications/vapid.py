"""By what push services know that it is us (RFC 8292): one key, made once, in ``DATA_DIR/push_key.pem``.

A device listens to the key that it was registered under. With another one all of them have to be registered anew, so the
file belongs to a backup as ``secret_key`` does.
"""

import base64
import json
import os
import tempfile
import time
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

BELIEVED_SECONDS = 12 * 3600  # that a signed word holds; services refuse more than 24 hours


def base64url(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


def unbase64url(said: str) -> bytes:
    """Raises ValueError where it is none."""
    return base64.b64decode(said + "=" * (-len(said) % 4), altchars=b"-_", validate=True)


def public_key() -> str:
    """Return what a browser registers under: the point, not compressed."""
    return base64url(private_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def authorization(endpoint: str) -> str:
    """Return the header by which the service behind ``endpoint`` lets us in."""
    where = urlsplit(endpoint)
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    claims = {
        "aud": f"{where.scheme}://{where.netloc}",
        "exp": int(time.time()) + BELIEVED_SECONDS,
        "sub": f"mailto:{address}",
    }
    return f"vapid t={_signed(claims)}, k={public_key()}"


def _signed(claims: dict[str, object]) -> str:
    """Return a JSON web token under ES256, whose signature is both numbers side by side (RFC 7518, 3.4)."""
    parts = [{"typ": "JWT", "alg": "ES256"}, claims]
    said = ".".join(base64url(json.dumps(one, separators=(",", ":")).encode()) for one in parts)
    r, s = decode_dss_signature(private_key().sign(said.encode(), ec.ECDSA(SHA256())))
    return f"{said}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def private_key() -> ec.EllipticCurvePrivateKey:
    file = Path(settings.DATA_DIR) / "push_key.pem"
    if not file.exists():
        _make(file)
    found = load_pem_private_key(file.read_bytes(), None)
    assert isinstance(found, ec.EllipticCurvePrivateKey), f"{file} holds a key of another kind"
    return found


def _make(file: Path) -> None:
    """Write a new key down whole or not at all; of two processes that do, the first one's stands."""
    written = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=file.parent)  # readable by its owner only
    try:
        with os.fdopen(descriptor, "wb") as kept:
            kept.write(written)
            kept.flush()
            os.fsync(kept.fileno())
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
