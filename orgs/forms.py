"""What people fill in about organizations, their people, contacts and partners."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.people import validate_name
from orgs import countries
from orgs.models import Agreement, Contact, Department, Membership, Organization, Partnership
from orgs.models.organizations import validate_short_name

Choices = list[tuple[Any, Any]]


def day_field(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def country_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Country or region"), choices=countries.choices, required=False)


def key_field(**options: Any) -> forms.TypedChoiceField:
    """Return a choice among rows, by key; nothing chosen is None."""
    return forms.TypedChoiceField(coerce=UUID, empty_value=None, **options)


def end_of(day: date) -> datetime:
    """Return the last second of ``day``, where the person is."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def check_ahead(day: date) -> None:
    """Refuse what is over, and the calendar's last year, which not every zone can show to its end."""
    if not timezone.localdate() <= day < date(MAXYEAR, 1, 1):
        raise ValidationError(_("Choose a day in the future."), code="past")


def people_of(organization: Organization, *, but: UUID | None = None) -> Choices:
    members = Membership.objects.active().filter(organization=organization).exclude(user_id=but)
    return [(one.user_id, one.user.name) for one in members.select_related("user").order_by("user__name")]


DEEPEST = 30  # levels of departments that are drawn one within the other; those below stand beside the last


def departments_of(organization: Organization, *, but: UUID | None = None) -> Choices:
    """Return the tree as indented choices."""
    rows = list(Department.objects.filter(organization=organization).exclude(pk=but))
    return [(row.pk, f"{'  ' * min(depth, DEEPEST)}{row.name}") for row, depth in in_tree(rows)]


def in_tree(rows: Iterable[Department]) -> Iterator[tuple[Department, int]]:
    """Yield each with how many are above it, those below it right after it. What hangs in a circle is not reached."""
    below: dict[UUID | None, list[Department]] = defaultdict(list)
    for row in rows:
        below[row.parent_id].append(row)
    waiting = [(row, 0) for row in reversed(below[None])]
    while waiting:
        row, depth = waiting.pop()
        yield row, depth
        waiting += [(one, depth + 1) for one in reversed(below.get(row.pk, []))]


class OrganizationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, validators=[validate_name])
    slug = forms.CharField(
        label=_("Short name"),
        min_length=2,
        max_length=40,
        validators=[validate_short_name],
        help_text=_("Small letters, digits and hyphens. Partners find you by it."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Organization.Kind.choices, initial=Organization.Kind.COMPANY
    )
    country = country_field()

    @classmethod
    def of(cls, organization: Organization) -> "OrganizationForm":
        return cls(initial={one: getattr(organization, one) for one in cls.base_fields})

    @classmethod
    def for_company_at(cls, email: str) -> "OrganizationForm":
        """Return a form that guesses the short name from an address."""
        guess = slugify(email.partition("@")[2].rpartition(".")[0].rpartition(".")[2] or "")
        return cls(initial={"slug": guess})


MAY_STAY = ("patience_hours", "presence_outside", "recall_minutes", "secrets")


class OrganizationSettingsForm(OrganizationForm):
    patience_hours = forms.TypedChoiceField(
        label=_("Tell owners and admins of a request or a task that waits for a colleague"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            (0, _("never")),
            (24, _("after a day")),
            (48, _("after two days")),
            (72, _("after three days")),
            (168, _("after a week")),
            (336, _("after two weeks")),
        ],
        help_text=_(
            "The colleague is reminded before. It stands in your record, and the partner learns nothing of it."
        ),
    )

    recall_minutes = forms.TypedChoiceField(
        label=_("Take a message back"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            (0, _("never")),
            (2, _("within two minutes")),
            (5, _("within five minutes")),
            (15, _("within a quarter of an hour")),
            (60, _("within an hour")),
            (1440, _("within a day")),
        ],
        help_text=_("Later a message can be deleted. In rooms of others, their host may allow less."),
    )
    secrets = forms.ChoiceField(
        label=_("When your people are about to tell others a secret"),
        required=False,
        choices=Organization.Secrets.choices,
        help_text=_(
            "Numbers of cards and identity cards, keys, and what is forwarded from a place marked confidential."
        ),
    )
    presence_outside = forms.TypedChoiceField(
        label=_("Who sees whether your people are here"),
        required=False,
        coerce=lambda said: said == "True",
        empty_value=None,
        choices=[
            (True, _("Colleagues, and partners in the channels they share")),
            (False, _("Colleagues alone")),
        ],
        help_text=_(
            "The dot beside a name, the status, the local time, and whether somebody wants not to be disturbed."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Leave out what was not said: it stays as it is."""
        said = super().clean() or {}
        return {
            name: value for name, value in said.items() if name not in MAY_STAY or value not in (None, "")
        }


class PlaceForm(forms.Form):
    """Where somebody stands in the organization."""

    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices, initial=Membership.Role.MEMBER)
    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    department = key_field(label=_("Department"), required=False)
    manager = key_field(label=_("Reports to"), required=False)

    def __init__(
        self,
        *args: Any,
        organization: Organization,
        may_make_owner: bool = True,
        member: Membership | None = None,
        **kwargs: Any,
    ) -> None:
        if member is not None and not args:
            kwargs["initial"] = {
                "role": member.role,
                "title": member.title,
                "department": member.department_id,
                "manager": member.manager_id,
            }
        super().__init__(*args, **kwargs)
        if not may_make_owner:
            self.fields["role"].choices = [
                one for one in Membership.Role.choices if one[0] != Membership.Role.OWNER
            ]
        but = member.user_id if member else None
        self.fields["department"].choices = [("", _("None")), *departments_of(organization)]
        self.fields["manager"].choices = [("", _("Nobody")), *people_of(organization, but=but)]


class MemberForm(PlaceForm):
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    field_order = ("email", "role", "title", "department", "manager")


class EndingForm(forms.Form):
    handover = key_field(label=_("Hands over to"), required=False)

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staying = people_of(member.organization, but=member.user_id)
        self.fields["handover"].choices = [("", _("Their manager, else you")), *staying]


class DepartmentForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, validators=[validate_name])
    parent = key_field(label=_("Part of"), required=False)
    head = key_field(label=_("Head"), required=False)

    def __init__(
        self, *args: Any, organization: Organization, department: Department | None = None, **kwargs: Any
    ) -> None:
        if department is not None and not args:
            kwargs["initial"] = {
                "name": department.name,
                "parent": department.parent_id,
                "head": department.head_id,
            }
        super().__init__(*args, **kwargs)
        but = department.pk if department else None
        self.fields["parent"].choices = [
            ("", _("The organization itself")),
            *departments_of(organization, but=but),
        ]
        self.fields["head"].choices = [("", _("Nobody")), *people_of(organization)]


class ContactForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=120, validators=[validate_name])
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    company = forms.CharField(label=_("Company"), max_length=120, validators=[validate_name])
    country = country_field()
    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    tags = forms.CharField(
        label=_("Tags"), max_length=400, required=False, help_text=_("Separated by commas.")
    )
    sponsor = key_field(
        label=_("Sponsor"), required=False, help_text=_("Who vouches for them, and answers when they leave.")
    )
    ends_on = day_field(label=_("Access until"))

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sponsor"].choices = [("", _("Myself")), *people_of(organization)]
        self.fields["ends_on"].initial = timezone.localdate() + timedelta(days=90)

    def clean_ends_on(self) -> date:
        check_ahead(self.cleaned_data["ends_on"])
        return self.cleaned_data["ends_on"]

    def clean_tags(self) -> list[str]:
        said = self.cleaned_data["tags"].replace("，", ",").split(",")
        tags = [one.strip() for one in said if one.strip()]
        if len(tags) > 20 or any(len(one) > 40 for one in tags):
            raise ValidationError(_("At most 20 tags of 40 letters."), code="too_many")
        return tags

    def wanted(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        said["expires_at"] = end_of(said.pop("ends_on"))
        return said


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(choices=[("approve", _("Approve")), ("reject", _("Send back"))])
    comment = forms.CharField(
        label=_("Comment"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReinvitationForm(forms.Form):
    ends_on = day_field(label=_("Access until"), required=False)

    @classmethod
    def of(cls, contact: Contact) -> "ReinvitationForm":
        later = timezone.localdate() + timedelta(days=90)
        lapsed = contact.expires_at <= timezone.now()
        return cls(initial={"ends_on": later if lapsed else timezone.localdate(contact.expires_at)})

    def clean_ends_on(self) -> date | None:
        if self.cleaned_data["ends_on"]:
            check_ahead(self.cleaned_data["ends_on"])
        return self.cleaned_data["ends_on"]

    def end(self) -> datetime | None:
        return end_of(self.cleaned_data["ends_on"]) if self.cleaned_data["ends_on"] else None


class PartnershipForm(forms.Form):
    partner = forms.CharField(
        label=_("Partner"),
        max_length=254,
        help_text=_("Its short name here; or the e-mail address of somebody there, if it is not here yet."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )
    kind = forms.ChoiceField(label=_("They are our"), choices=Partnership.Kind.choices)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class CoordinatorsForm(forms.Form):
    coordinators = forms.TypedMultipleChoiceField(
        label=_("Who answers for it"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coordinators"].choices = people_of(organization)


class AgreementForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Agreement.Kind.choices, initial=Agreement.Kind.DATA_SHARING
    )
    title = forms.CharField(label=pgettext_lazy("agreement", "Title"), max_length=200)
    purpose = forms.CharField(label=_("Purpose"), max_length=500)
    classes = forms.MultipleChoiceField(
        label=_("May be shared"),
        choices=[("public", _("Public")), ("internal", _("Internal")), ("confidential", _("Confidential"))],
        widget=forms.CheckboxSelectMultiple,
        initial=["public"],
    )
    starts_on = day_field(label=_("From"))
    ends_on = day_field(label=_("Until"))
    residency = forms.CharField(label=_("Where data stays"), max_length=120, required=False)
    countries = forms.MultipleChoiceField(
        label=_("Only organizations in"),
        choices=lambda: countries.countries().items(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("None chosen: wherever they are registered."),
    )
    legal_holds = forms.BooleanField(
        label=_("Each may hold words of the other's people"),
        required=False,
        help_text=_(
            "For a case, in rooms that both share. The other side is told of each hold; it ends with the agreement."
        ),
    )
    body = forms.CharField(label=_("Text"), max_length=100_000, widget=forms.Textarea(attrs={"rows": 10}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = timezone.localdate()
        self.fields["ends_on"].initial = timezone.localdate() + timedelta(days=365)


class SignatureForm(forms.Form):
    full_name = forms.CharField(
        label=_("Your full name, as signature"),
        max_length=120,
        validators=[validate_name],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    text_hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    read = forms.BooleanField(label=_("I have read the text and sign it for my organization."))

    def wanted(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("full_name", "text_hash")}


class PositionForm(forms.Form):
    key = forms.CharField(
        label=_("Position"),
        min_length=2,
        max_length=40,
        validators=[validate_short_name],
        help_text=_("Such as finance, legal, quality: approvals turn to it."),
        widget=forms.TextInput(
            attrs={"spellcheck": "false", "autocapitalize": "none", "list": "position-keys"}
        ),
    )
    people = forms.TypedMultipleChoiceField(
        label=_("Who holds it"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = people_of(organization)
