"""Secrets that must be read again, such as an authenticator app's: encrypted with a key drawn from SECRET_KEY."""

from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

FACTORS = "accounts.factors"


def encrypted(text: str, purpose: str = FACTORS) -> str:
    """Return what ``decrypted`` reads with the same purpose and no other."""
    return _box(purpose).encrypt(text.encode()).decode()


def decrypted(text: str, purpose: str = FACTORS) -> str:
    return _box(purpose).decrypt(text.encode()).decode()


@cache
def _box(purpose: str) -> MultiFernet:
    """Return what encrypts with today's key, and decrypts with those of SECRET_KEY_FALLBACKS too."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(one, purpose)) for one in secrets])


def _key(secret: str, purpose: str) -> bytes:
    drawn = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
    return urlsafe_b64encode(drawn)
