"""What one wants to hear of, as a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.kinds import all_kinds
from notifications.models import REMIND_HOURS, Rest, Telling
from notifications.operations.preferences import WAYS
from notifications.rest import Hours

LABELS = dict(zip(WAYS, (_("Inbox"), _("Mail"), _("Push")), strict=True))


class SettingsForm(forms.Form):
    """A box for each kind and way: ``<kind>.in_app``, ``<kind>.mail``, ``<kind>.push``."""

    def __init__(self, *args: Any, choices: dict[str, dict[str, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = all_kinds()
        for kind in self.kinds:
            for way in WAYS:
                tick = forms.CheckboxInput(attrs={"class": "tick"})
                initial = choices[kind.key][way]
                field = forms.BooleanField(label=kind.label, required=False, initial=initial, widget=tick)
                self.fields[f"{kind.key}.{way}"] = field

    def rows(self) -> list[tuple[Any, list[tuple[Any, forms.BoundField]]]]:
        return [
            (kind, [(label, self[f"{kind.key}.{way}"]) for way, label in LABELS.items()])
            for kind in self.kinds
        ]

    def choices(self) -> dict[str, dict[str, bool]]:
        return {
            kind.key: {way: self.cleaned_data[f"{kind.key}.{way}"] for way in WAYS} for kind in self.kinds
        }


def hour_field(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class RestForm(forms.Form):
    """When mail and push may come. Both ends, or neither."""

    quiet_from = hour_field(_("Quiet from"))
    quiet_until = hour_field(_("until"))
    daily = forms.BooleanField(
        label=_("One letter a day"),
        required=False,
        help_text=_(
            "With all of it, at the end of the quiet hours, else at eight. What is urgent comes at once."
        ),
    )

    remind_hours = forms.TypedChoiceField(
        label=_("Remind me of what waits for me"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            (0, _("never")),
            (4, _("after 4 hours")),
            (24, _("after a day")),
            (48, _("after two days")),
            (168, _("after a week")),
        ],
        help_text=_("Once, by mail and push, even where you want one letter a day."),
    )

    @classmethod
    def of(cls, rest: Rest) -> "RestForm":
        said = {name: getattr(rest, name) for name in ("quiet_from", "quiet_until", "daily")}
        hours = REMIND_HOURS if rest.remind_hours is None else rest.remind_hours
        return cls(initial=said | {"remind_hours": hours})

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        begin, end = said.get("quiet_from"), said.get("quiet_until")
        if (begin is None) != (end is None) and not self.errors:
            self.add_error("quiet_until" if end is None else "quiet_from", _("Say both, or neither."))
        elif begin is not None and begin == end:
            self.add_error("quiet_until", _("Choose another hour than the first one."))
        return said

    @property
    def quiet(self) -> Hours | None:
        begin, end = self.cleaned_data["quiet_from"], self.cleaned_data["quiet_until"]
        return Hours(begin, end) if begin is not None and end is not None else None


class LogFilter(forms.Form):
    """What of the log is shown; what cannot be read counts as not said."""

    way = forms.ChoiceField(label=_("Way"), required=False, choices=[("", _("All")), *Telling.Way.choices])
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", _("All")), *Telling.Outcome.choices]
    )

    def narrowed(self, rows: Any) -> Any:
        self.is_valid()
        return rows.filter(**{name: value for name, value in self.cleaned_data.items() if value})

    @property
    def is_set(self) -> bool:
        return any(self.cleaned_data.values())
