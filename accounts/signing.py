"""Standard Webhooks (https://www.standardwebhooks.com): what a receiver checks before it believes a word."""

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.secrets import decrypted, encrypted

BOTH_LIVE = timedelta(hours=24)  # that an old secret signs beside the new one
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


class Signing(models.Model):
    """What keeps a secret under which things leave for somebody else's system."""

    purpose: ClassVar[str]  # for which its secrets are encrypted

    sealed_secret = models.TextField(blank=True)  # what signs; "" where nothing does
    old_secret = models.TextField(blank=True, default="")
    old_secret_until = models.DateTimeField(null=True)

    # The secret itself, in the one answer that shows it.
    secret: str = ""

    class Meta:
        abstract = True

    @property
    def has_old_secret(self) -> bool:
        return self.old_secret_until is not None and self.old_secret_until > timezone.now()

    def draw_secret(self) -> None:
        """Take a new secret; the one before signs beside it for a day. The caller saves."""
        if self.sealed_secret:
            self.old_secret, self.old_secret_until = self.sealed_secret, timezone.now() + BOTH_LIVE
        self.secret = new_secret()
        self.sealed_secret = encrypted(self.secret, self.purpose)

    def secrets(self) -> list[str]:
        """Return the secrets that sign today, the newest first."""
        live = [self.sealed_secret, self.old_secret if self.has_old_secret else ""]
        return [decrypted(one, self.purpose) for one in live if one]
