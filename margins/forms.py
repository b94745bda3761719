"""What people fill in beside a thing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from margins.models import LONGEST, Field
from margins.operations import MOST_FIELDS

SPARE = 3  # empty lines below those that are filled in


class NoteForm(forms.Form):
    body = forms.CharField(
        label=_("Note"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Markdown works as in messages."),
    )


class FieldForm(forms.Form):
    """One line; an empty one counts as not said."""

    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    value = forms.CharField(label=_("Value"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("value") and not said.get("name") and "name" not in self.errors:
            self.add_error("name", _("Say what this is."))
        if said.get("name") and not said.get("value") and "value" not in self.errors:
            self.add_error("value", _("Fill this in, or empty the name as well."))
        return said


class Lines(forms.BaseFormSet):
    def pairs(self) -> list[tuple[str, str]]:
        said = (one.cleaned_data for one in self.forms)
        return [(one["name"], one["value"]) for one in said if one.get("name")]

    @staticmethod
    def initial_of(fields: list[Field]) -> list[dict[str, str]]:
        return [{"name": one.name, "value": one.value} for one in fields]


FieldsForm = forms.formset_factory(
    FieldForm, Lines, extra=SPARE, max_num=MOST_FIELDS, absolute_max=MOST_FIELDS + SPARE
)
