"""What the pages of the record take. The private halves of keys stay in the browser."""

from base64 import b64decode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django import forms
from django.utils.translation import gettext_lazy as _

from audit.models import LONGEST_NAME, RecordView


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


class ViewForm(forms.Form):
    """The name of a view, and, of whom may say so, whether all see it who read the record for the organization."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    shared = forms.BooleanField(
        label=_("Share it with all who read this record for our organization"),
        help_text=_("Each still sees only what they may."),
        required=False,
    )

    def __init__(self, *args: Any, shares: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not shares:
            del self.fields["shared"]

    @classmethod
    def of(cls, view: RecordView, *, shares: bool) -> "ViewForm":
        return cls(initial={"name": view.name, "shared": view.is_shared}, shares=shares, auto_id="change_%s")
