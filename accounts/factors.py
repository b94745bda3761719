"""Second factors as allauth keeps them: an authenticator app, recovery codes, passkeys."""

from base64 import b64encode
from io import BytesIO
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.secrets import decrypted, encrypted

Kind = Authenticator.Type
CODES = Kind.RECOVERY_CODES
NAMES = {Kind.TOTP: _("Authenticator app"), Kind.WEBAUTHN: _("Passkey"), CODES: _("Recovery codes")}


class FactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or was used before."),
    }

    def encrypt(self, text: str) -> str:
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypted(encrypted_text)

    def get_totp_issuer(self) -> str:
        return "Collab"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return for whom passkeys are made: the configured host, whatever name was asked for."""
        return {"id": settings.PUBLIC_HOST, "name": "Collab"}


def factors_of(person: Any) -> QuerySet[Authenticator]:
    """Return what opens the account beside the password; recovery codes only stand in for it."""
    return Authenticator.objects.filter(user=person).exclude(type=CODES).order_by("created_at", "pk")


def codes_left(person: Any) -> int:
    codes = Authenticator.objects.filter(user=person, type=CODES).first()
    return len(codes.wrap().get_unused_codes()) if codes else 0


def new_secret() -> str:
    return totp.generate_totp_secret()


def step_of(secret: str, code: str) -> int | None:
    """Return the step of time, thirty seconds each, that ``code`` belongs to; None if to none of those near now."""
    for step in totp.yield_hotp_counters_from_time():
        if totp.format_hotp_value(totp.hotp_value(secret, step)) == code:
            return step
    return None


def digits_of(said: str) -> str:
    """Return what somebody typed without the blanks and dashes that make codes readable."""
    return "".join(one for one in said if one in "0123456789")


def picture_of(person: Any, secret: str) -> str:
    """Return a QR code that authenticator apps read, as the address of a picture."""
    import qrcode  # with its tables, not for every process
    from qrcode.image.svg import SvgPathFillImage

    drawn = BytesIO()
    address = FactorAdapter().build_totp_url(person, secret)
    qrcode.make(address, image_factory=SvgPathFillImage).save(drawn)
    return f"data:image/svg+xml;base64,{b64encode(drawn.getvalue()).decode()}"
