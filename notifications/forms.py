"""What one wants to hear of, as a form."""

from typing import Any

from django import forms

from notifications.kinds import all_kinds


class SettingsForm(forms.Form):
    """Two boxes for each kind: ``<kind>.in_app`` and ``<kind>.mail``."""

    def __init__(self, *args: Any, choices: dict[str, dict[str, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = all_kinds()
        for kind in self.kinds:
            for way in ("in_app", "mail"):
                tick = forms.CheckboxInput(attrs={"class": "tick"})
                initial = choices[kind.key][way]
                field = forms.BooleanField(label=kind.label, required=False, initial=initial, widget=tick)
                self.fields[f"{kind.key}.{way}"] = field

    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        return [(kind, self[f"{kind.key}.in_app"], self[f"{kind.key}.mail"]) for kind in self.kinds]

    def choices(self) -> dict[str, dict[str, bool]]:
        return {
            kind.key: {way: self.cleaned_data[f"{kind.key}.{way}"] for way in ("in_app", "mail")}
            for kind in self.kinds
        }
