"""What people fill in when something went wrong."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from incidents.models import LONGEST, Findings, Incident, Report, Step, Task, Usual
from incidents.operations.runbooks import LONGEST_HOURS, MOST_STEPS
from orgs.models import Organization
from watching.forms import LONGEST_REASON
from watching.models import Severity

SPARE = 3  # empty lines below those that are filled in
Choices = Iterable[tuple[Any, Any]]


def moment_field(label: Any, *, required: bool = False) -> forms.DateTimeField:
    widget = forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget)


def to_the_minute(moment: datetime | None) -> datetime | None:
    """Return a moment as the form can say it, so that what nobody touched counts as unchanged."""
    return moment.replace(second=0, microsecond=0) if moment else None


def text_field(label: Any, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=LONGEST, widget=forms.Textarea({"rows": rows})
    )


class IncidentForm(forms.Form):
    title = forms.CharField(label=pgettext_lazy("thing", "Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Incident.Kind.choices)
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Severity.choices, initial=Severity.MEDIUM, widget=forms.RadioSelect
    )
    begins_at = moment_field(_("Began"))
    ends_at = moment_field(pgettext_lazy("moment", "Ended"))
    what = text_field(_("What happened"), 5)

    def clean(self) -> dict[str, Any]:
        """Leave out a beginning that nobody has said."""
        said = super().clean() or {}
        return {name: value for name, value in said.items() if name != "begins_at" or value}


class DescriptionForm(IncidentForm):
    begins_at = moment_field(_("Began"), required=True)
    summary = text_field(_("Summary"))
    impact = text_field(_("Impact"))
    measures = text_field(_("Measures"))
    lessons = text_field(_("Lessons"))

    @classmethod
    def of(cls, incident: Incident, findings: Findings, data: Any = None) -> "DescriptionForm":
        rows = (incident, findings)
        known = {
            name: next(filter(None, (getattr(row, name, None) for row in rows)), None)
            for name in cls.base_fields
        }
        return cls(
            data, initial=known | {name: to_the_minute(known[name]) for name in ("begins_at", "ends_at")}
        )

    @property
    def changes(self) -> dict[str, Any]:
        """Return what was said otherwise than it stood there."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class MoveForm(forms.Form):
    state = forms.ChoiceField(choices=Incident.State.choices)


class ReportForm(forms.Form):
    audience = forms.ChoiceField(
        label=_("For"),
        choices=Report.Audience.choices,
        initial=Report.Audience.INSIDE,
        widget=forms.RadioSelect,
    )


class PinForm(forms.Form):
    note = forms.CharField(label=_("Why it matters"), max_length=500, required=False)


class NoteForm(forms.Form):
    text = forms.CharField(label=_("Note"), max_length=2000, widget=forms.Textarea({"rows": 2}))
    at = moment_field(_("When"))


class JoinForm(forms.Form):
    """``thing`` is ``kind:id`` of what the organization may speak of."""

    thing = forms.ChoiceField(label=_("It concerns"))

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["thing"].choices = choices  # type: ignore[attr-defined]


class ShareForm(forms.Form):
    partner = forms.ModelChoiceField(Organization.objects.none(), label=_("Partner"), empty_label=None)

    def __init__(self, *args: Any, partners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]


class TaskForm(forms.Form):
    title = forms.CharField(label=_("Task"), max_length=200)
    due_at = moment_field(_("Due"))
    whom = forms.ChoiceField(label=_("Who does it"), required=False)

    def __init__(self, *args: Any, whom: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whom"].choices = whom  # type: ignore[attr-defined]


class TaskChangeForm(forms.Form):
    title = forms.CharField(label=_("Task"), max_length=200)
    due_at = moment_field(_("Due"))

    @classmethod
    def of(cls, task: Task, data: Any = None) -> "TaskChangeForm":
        return cls(data, initial={"title": str(task), "due_at": to_the_minute(task.due_at)})

    @property
    def changes(self) -> dict[str, Any]:
        """Return what was said otherwise: a usual step stays one, and reads in everybody's language."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class GiftForm(forms.Form):
    whom = forms.ChoiceField(label=_("Who does it"))

    def __init__(self, *args: Any, whom: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whom"].choices = whom  # type: ignore[attr-defined]


class DoneForm(forms.Form):
    note = forms.CharField(
        label=_("Note"), required=False, max_length=1000, widget=forms.Textarea({"rows": 2})
    )


class HoldForm(forms.Form):
    person = forms.ModelChoiceField(User.objects.none(), label=_("Person"), empty_label=None)
    reason = forms.CharField(label=_("Why"), max_length=LONGEST_REASON, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """One line of a runbook; an empty one counts as not said."""

    usual = forms.ChoiceField(choices=[("", ""), *Usual.choices], required=False, widget=forms.HiddenInput())
    title = forms.CharField(label=_("Task"), max_length=200, required=False)
    hours = forms.IntegerField(
        label=_("Due after how many hours"), min_value=0, max_value=LONGEST_HOURS, required=False
    )

    def step(self) -> Step | None:
        """Return what was said: a usual step that nobody has reworded stays one, and reads in every language."""
        said = self.cleaned_data
        if not said.get("title"):
            return None
        is_usual = said["usual"] and said["title"] == Usual(said["usual"]).label
        words = {"usual": said["usual"]} if is_usual else {"title": said["title"]}
        return Step(**words, hours=said["hours"])


class Steps(forms.BaseFormSet):
    def said(self) -> list[Step]:
        return [step for one in self.forms if (step := one.step())]

    @staticmethod
    def initial_of(steps: list[Step]) -> list[dict[str, Any]]:
        return [{"usual": one.usual, "title": one.name, "hours": one.hours} for one in steps]


StepsForm = forms.formset_factory(
    StepForm, Steps, extra=SPARE, max_num=MOST_STEPS, absolute_max=MOST_STEPS + SPARE
)
