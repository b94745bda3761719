"""Passkeys: made and shown through the browser, for exactly this place, each challenge answered once."""

import json
from collections.abc import Callable
from typing import Any

from allauth.core import context
from allauth.mfa.webauthn import forms as allauth
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from fido2.utils import websafe_decode

from accounts.identity import is_number
from accounts.models.people import validate_name
from accounts.operations import record_failed_sign_in
from kernel.actor import Actor

AT_THE_DOOR = Actor.nobody("accounts.passkeys")
CHALLENGE = auth.STATE_SESSION_KEY
MOST_LETTERS = 20_000  # a credential has some two thousand


def work_here(request: HttpRequest) -> bool:
    """Tell whether browsers take passkeys at the address they have asked: ours as configured, and never a number."""
    asked = f"{request.scheme}://{request.get_host()}"
    return asked == settings.PUBLIC_URL and not is_number(settings.PUBLIC_HOST)


def options_for_new(person: Any) -> str:
    return json.dumps(auth.begin_registration(person, passwordless=True))


def options_for(person: Any) -> str:
    return json.dumps(auth.begin_authentication(person))


def answered(said: Any, check: Callable[[], Any]) -> Any:
    """Return what ``check`` returns for the answer to this session's challenge, which is spent whatever comes of it.

    Raises:
        ValidationError: there is no such challenge, or the answer was given elsewhere, or is no good.
    """
    session = context.request.session
    state = session.take(CHALLENGE)
    try:
        if state is not None and origin_of(said) == settings.PUBLIC_URL:
            session[CHALLENGE] = state  # where allauth looks for it
            return check()
    except Exception:  # noqa: S110  decoders raise whatever they stumble over, and all of it means the same
        pass
    finally:
        session.pop(CHALLENGE, None)
    raise ValidationError(_("The passkey did not fit."), code="incorrect")


def origin_of(said: Any) -> str:
    """Return the address at which the browser had the passkey shown."""
    return json.loads(websafe_decode(said["response"]["clientDataJSON"]))["origin"]


class CredentialField(forms.CharField):
    """What the browser sends, as JSON, however deep somebody has nested it."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        try:
            return json.loads(super().clean(value))
        except (ValueError, RecursionError):
            raise ValidationError(_("The passkey did not fit."), code="incorrect") from None


class PasskeyName(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=60, validators=[validate_name], help_text=_("Such as: My laptop.")
    )


class NewPasskey(PasskeyName):
    credential = CredentialField(max_length=MOST_LETTERS)

    def clean_credential(self) -> dict[str, Any]:
        said = self.cleaned_data["credential"]
        answered(said, lambda: (auth.parse_registration_response(said), auth.complete_registration(said)))
        return said


class Shown(allauth.AuthenticateWebAuthnForm):
    """A passkey that is shown; whose it is, it says itself where nobody is known yet."""

    credential = CredentialField(max_length=MOST_LETTERS)

    def clean_credential(self) -> Any:
        try:
            return answered(self.cleaned_data["credential"], super().clean_credential)
        except ValidationError:
            record_failed_sign_in(actor=AT_THE_DOOR)
            raise


class SecondStepPasskey(Shown):
    pass


class SignInPasskey(Shown):
    passwordless = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=None, **kwargs)


class PasskeyProof(Shown):
    by = "webauthn"
    verb = _("Confirm with a passkey")

    @property
    def options(self) -> str:
        return options_for(self.user)
