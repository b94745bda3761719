"""Standard Webhooks (https://www.standardwebhooks.com): what a receiver checks before it believes a word."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def signed_headers(live: list[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers under which ``body`` leaves; each secret that is live signs it.

    Args:
        timestamp: of this try, in seconds; receivers refuse what is older than five minutes.
    """
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(one, message_id, timestamp, body) for one in live),
    }
