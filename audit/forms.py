"""What the pages of the record take. The private halves of keys stay in the browser."""

from base64 import b64decode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django import forms
from django.utils.translation import gettext_lazy as _


def public_key(said: str) -> bytes:
    """Return the 32 bytes of an Ed25519 public key given in base64.

    Raises:
        ValueError: it is none.
    """
    found = b64decode(said, validate=True)
    Ed25519PublicKey.from_public_bytes(found)
    return found


class OrgKeyForm(forms.Form):
    public_key = forms.CharField(
        label=_("Public key"),
        max_length=60,
        required=False,  # the browser fills it in; without one there is nothing to register
        help_text=_("Ed25519, 32 bytes in base64. Leave it empty to have a key made here in your browser."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_public_key(self) -> bytes:
        try:
            return public_key(self.cleaned_data["public_key"])
        except ValueError:
            raise forms.ValidationError(_("An Ed25519 public key is 32 bytes, in base64.")) from None


class SignatureForm(forms.Form):
    signature = forms.CharField(max_length=500)
