"""What people fill in about how long messages are kept."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.discovering import Sought
from chat.models.retention import LONGEST_DAYS
from chat.operations.discoveries import rooms_of
from chat.operations.legal_holds import agreements_of, channels_of, people_of
from orgs.forms import day_field, key_field
from orgs.models import Organization
from workspaces.models import Participant, Workspace


class RetentionForm(forms.Form):
    """For how many days, and where."""

    workspace = key_field(label=_("Where"), required=False)
    days = forms.IntegerField(
        label=_("Keep for how many days"),
        min_value=1,
        max_value=LONGEST_DAYS,
        required=False,
        help_text=_("Empty: until deleted by hand."),
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = Participant.objects.active().filter(organization=organization).select_related("workspace")
        self.rooms: dict[str, Workspace] = {str(one.workspace_id): one.workspace for one in parts}
        names = sorted(((key, one.name) for key, one in self.rooms.items()), key=lambda one: one[1])
        self.fields["workspace"].choices = [("", _("All workspaces and direct messages")), *names]

    @property
    def said(self) -> dict[str, Any]:
        key = self.cleaned_data["workspace"]
        return {"workspace": self.rooms[str(key)] if key else None, "days": self.cleaned_data["days"]}


class LegalHoldForm(forms.Form):
    """For which case, whom, where and from when to when."""

    case = forms.CharField(label=_("Case"), max_length=120)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    people = forms.TypedMultipleChoiceField(
        label=_("People"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody chosen: everybody of the organization."),
    )
    channels = forms.TypedMultipleChoiceField(
        label=_("Channels"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: wherever they write, direct messages too."),
    )
    since = day_field(label=_("From"), required=False)
    until = day_field(label=_("Until"), required=False, help_text=_("Empty: until it is released."))
    agreement = key_field(
        label=_("Words of whose people"),
        required=False,
        help_text=_(
            "Of a partner's people only by an agreement that lets you: in rooms that both share. The partner is told."
        ),
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agreed = agreements_of(organization)
        self.fields["agreement"].choices = [("", _("Our own people's")), *agreed]
        if not agreed:
            del self.fields["agreement"]
        self.fields["people"].choices = people_of(organization)
        self.fields["channels"].choices = channels_of(organization)


class DiscoveryForm(forms.Form):
    """For which case, and why."""

    case = forms.CharField(label=_("Case"), max_length=120)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class SoughtForm(forms.Form):
    """Which words, whose, where and from when to when."""

    words = forms.CharField(label=_("Words"), max_length=200, required=False)
    people = forms.TypedMultipleChoiceField(
        label=_("People"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )
    workspace = key_field(label=_("Workspace"), required=False)
    since = day_field(label=_("From"), required=False)
    until = day_field(label=_("Until"), required=False)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = people_of(organization)
        self.fields["workspace"].choices = [("", _("Wherever")), *rooms_of(organization)]

    def said(self) -> Sought:
        said = self.cleaned_data
        return Sought(**said | {"people": tuple(said["people"])})


class ExportForm(forms.Form):
    """From when to when, and with what was sent along or without."""

    since = day_field(label=_("From"), required=False)
    until = day_field(
        label=_("Until"), required=False, help_text=_("Empty: until now. Days are those of UTC.")
    )
    with_files = forms.BooleanField(label=_("With the files that were sent"), required=False, initial=True)
