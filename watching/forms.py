"""What people fill in to tune a rule, and to say why an alert was nothing."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from watching.models import Rule, Severity
from watching.operations.rules import HIGHEST, LONGEST_MINUTES, TUNED

WEEKDAYS = [
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
]
BY_THE_CLOCK = ("zone", "opens_at", "closes_at", "weekdays")
LONGEST_REASON, LONGEST_ANSWER = 500, 1000


def zones() -> list[tuple[str, str]]:
    return [("", "UTC"), *((one, one) for one in sorted(available_timezones()) if "/" in one)]


def clock_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class RuleForm(forms.Form):
    is_on = forms.BooleanField(label=_("Watch for this"), required=False)
    threshold = forms.IntegerField(label=_("From how many on"), min_value=1, max_value=HIGHEST)
    window_minutes = forms.IntegerField(
        label=_("Within how many minutes"), min_value=1, max_value=LONGEST_MINUTES
    )
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity.choices)
    zone = forms.ChoiceField(label=_("Time zone"), required=False)
    opens_at = clock_field(_("Work begins"))
    closes_at = clock_field(_("Work ends"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Working days"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: getattr(rule, name) for name in TUNED}, **kwargs)
        if rule.kind == Rule.Kind.HOURS:
            self.fields["zone"].choices = zones()  # type: ignore[attr-defined]
            return
        for name in BY_THE_CLOCK:
            del self.fields[name]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Answer"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 3})
    )
