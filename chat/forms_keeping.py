"""What people fill in about how long messages are kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.models.retention import LONGEST_DAYS
from orgs.forms import key_field
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
