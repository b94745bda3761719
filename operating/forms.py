"""What operators fill in. Unfold dresses the fields."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.switches import SWITCHES, Switch
from operating.models import REASON_LENGTH, Banner


class SwitchForm(forms.Form):
    switch = forms.ChoiceField(choices=[(name, one.title) for name, one in SWITCHES.items()])
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH)

    def clean_switch(self) -> Switch:
        return SWITCHES[self.cleaned_data["switch"]]


class BannerForm(forms.ModelForm):
    class Meta:
        model = Banner
        fields = ("level", "text_en", "text_zh", "starts_at", "ends_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("starts_at", "ends_at"):
            self.fields[name].widget = forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
        self.fields["starts_at"].required = False
        self.fields["starts_at"].initial = None

    def clean_starts_at(self) -> Any:
        return self.cleaned_data["starts_at"] or timezone.now()
