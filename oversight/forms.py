"""How an operator asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import FirstOperatorForm
from oversight.models import MOST_MINUTES, REASON_LENGTH, Inspection


class InspectionForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Inspection.Kind.choices)
    noun_id = forms.UUIDField(
        label=_("Id"),
        help_text=_("The id stands in the address of its page here, under workspaces, channels or requests."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH)
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=MOST_MINUTES,
        initial=60,
        help_text=_("Four hours at most."),
    )


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), max_length=254)


class OperatorForm(FirstOperatorForm):
    """As the first operator's, but the address is the one the letter went to."""

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]
        self._email = email

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["email"] = self._email  # a password is compared with it
        said = super().clean()
        return {name: value for name, value in said.items() if name != "email"}
