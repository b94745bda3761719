"""What people fill in about workspaces and the people in them."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from orgs.forms import check_ahead, day_field, end_of, key_field
from orgs.models import Contact, Membership, Organization
from workspaces import history
from workspaces.models import Member, Workspace
from workspaces.queries import Side
from workspaces.rules import STRICTER


class WorkspaceForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=500,
        required=False,
        help_text=_("One sentence that everybody in it can agree to."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    classification = forms.ChoiceField(
        label=_("Classification"),
        choices=Workspace.Classification.choices,
        initial=Workspace.Classification.INTERNAL,
        widget=forms.RadioSelect,
    )


class OpeningForm(WorkspaceForm):
    """A new room: also in which of one's organizations it stands."""

    organization = key_field(label=_("Hosted by"))

    def __init__(self, *args: Any, organizations: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].choices = [(one.pk, one.name) for one in organizations]
        if len(organizations) == 1:
            self.fields["organization"].initial = organizations[0].pk


class PolicyForm(forms.Form):
    external_download = forms.BooleanField(
        label=_("Outsiders may download"), required=False, help_text=_("Off: they only view.")
    )
    external_invite = forms.BooleanField(
        label=_("Members may bring in contacts they vouch for"),
        required=False,
        help_text=_("Off: only managers add external contacts."),
    )
    watermark = forms.BooleanField(label=_("Watermark with name and time"), required=False)
    needs_agreement = forms.BooleanField(
        label=_("Only organizations with an agreement in force"), required=False
    )
    history_for_newcomers = forms.ChoiceField(
        label=_("Newcomers read"),
        help_text=_(
            "Of what was said before they come; a channel's settings may say less. It holds for all who are not here from the start."
        ),
    )
    guest_days = forms.IntegerField(
        label=_("External contacts stay at most, days"), min_value=1, max_value=730
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = (self.data or self.initial).get("history_for_newcomers")
        self.fields["history_for_newcomers"].choices = history.choices(said)

    @property
    def policy(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in STRICTER}


class PeopleForm(forms.Form):
    """Seats for people of one's own organization, several at once."""

    people = forms.TypedMultipleChoiceField(
        label=_("People"), coerce=UUID, widget=forms.CheckboxSelectMultiple
    )
    role = forms.ChoiceField(label=_("Role"), choices=Member.Role.choices, initial=Member.Role.EDITOR)

    def __init__(self, *args: Any, organization: Organization, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Member.objects.filter(workspace=workspace).values("user_id")
        members = Membership.objects.active().filter(organization=organization).exclude(user__in=inside)
        found = members.select_related("user").order_by("user__name")
        self.fields["people"].choices = [(one.user_id, one.user.name) for one in found]


class ContactForm(forms.Form):
    contact = key_field(label=_("External contact"))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[one for one in Member.Role.choices if one[0] != Member.Role.MANAGER],
        initial=Member.Role.VIEWER,
    )
    ends_on = day_field(
        label=_("Until"),
        required=False,
        help_text=_("Empty: as long as the contact and the rules here allow."),
    )

    def __init__(self, *args: Any, organization: Organization, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Member.objects.filter(workspace=workspace).values("user_id")
        active = Contact.objects.filter(organization=organization, state=Contact.State.ACTIVE)
        found = active.exclude(user__in=inside).order_by("name")
        self.fields["contact"].choices = [(one.pk, f"{one.name} · {one.company}") for one in found]

    def clean_ends_on(self) -> Any:
        day = self.cleaned_data["ends_on"]
        if day is not None:
            check_ahead(day)
        return day

    @property
    def until(self) -> Any:
        day = self.cleaned_data["ends_on"]
        return end_of(day) if day else None


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Member.Role.choices)


class PartnersForm(forms.Form):
    """Which partner organizations to ask in."""

    partners = forms.TypedMultipleChoiceField(
        label=_("Partner organizations"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, partners: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partners"].choices = [(one.pk, one.name) for one in partners]


def managed(sides: list[Side]) -> Side | None:
    """Return the side for which the person decides who sits here, their own hat's first."""
    return next(iter(sorted((one for one in sides if one.may_manage), key=lambda one: not one.is_ours)), None)
